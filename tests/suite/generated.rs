//! `completions/` and `man/` are made from the grammar and checked in. `UPDATE=1 cargo test generated` writes them
//! anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;
use jeton::cli;
use jeton::token::exit::{Exit, TABLE};

use crate::support::home::Home;

#[track_caller]
fn compare(folder: &str, files: BTreeMap<PathBuf, String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if std::env::var_os("UPDATE").is_some_and(|value| !value.is_empty()) {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &files {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut there: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into()).collect();
    there.sort();
    assert_eq!(there, files.keys().cloned().collect::<Vec<_>>());
    for (name, text) in files {
        let old = fs::read_to_string(folder.join(&name)).unwrap();
        assert!(
            old == text,
            "{} differs from the grammar; write it anew with `UPDATE=1 cargo test generated`",
            name.display()
        );
    }
}

#[test]
fn completions_are_those_of_the_grammar() {
    let home = Home::new();
    let shells = [
        ("bash", "jeton.bash"),
        ("zsh", "_jeton"),
        ("fish", "jeton.fish"),
        ("powershell", "_jeton.ps1"),
        ("elvish", "jeton.elv"),
    ];
    let scripts = shells
        .map(|(shell, file)| (PathBuf::from(file), home.jeton(["completions", shell]).run().exits(Exit::Done).out));
    compare("completions", scripts.into());
}

#[test]
fn man_pages_are_those_of_the_grammar_one_for_each_command() {
    let mut pages = BTreeMap::new();
    let mut grammar = cli::command();
    grammar.build();
    page(&grammar, "jeton", &mut pages);
    assert!(pages.len() >= 11, "{:?}", pages.keys());
    assert!(pages.values().all(|page| !page.contains("keep-clipboard")), "the clipboard's helper is nobody's command");
    compare("man", pages);
}

fn page(command: &Command, name: &str, pages: &mut BTreeMap<PathBuf, String>) {
    let display: &'static str = name.to_owned().leak();
    let man = Man::new(command.clone().name(display).display_name(display)).date("").manual("jeton manual");
    let mut text = Vec::new();
    man.render(&mut text).unwrap();
    let mut text = String::from_utf8(text).unwrap();
    if let Some((rest, examples)) = text.split_once(".SH EXTRA\nExamples:\n") {
        text = format!("{rest}.SH EXAMPLES\n.nf\n{examples}.fi\n");
    }
    let told: fn(Exit) -> bool = match name {
        "jeton" | "jeton-verify" => |_| true,
        "jeton-serve" => |exit| matches!(exit.code(), 0..=3 | 6 | 7),
        _ => |_| false,
    };
    let mut exits = TABLE.iter().filter(|(exit, _)| told(*exit)).peekable();
    if exits.peek().is_some() {
        text.push_str(".SH \"EXIT STATUS\"\n");
        for (exit, meaning) in exits {
            text.push_str(&format!(".TP\n\\fB{}\\fR\n{meaning}\n", exit.code()));
        }
    }
    pages.insert(PathBuf::from(format!("{name}.1")), text);
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        page(sub, &format!("{name}-{}", sub.get_name()), pages);
    }
}

#[test]
fn the_readme_tells_the_same_exit_codes() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let rows: Vec<_> = TABLE.iter().map(|(exit, meaning)| format!("| {} | {meaning} |\n", exit.code())).collect();
    assert!(readme.contains(&rows.concat()), "the README should say:\n{}", rows.concat());
}
