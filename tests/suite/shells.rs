//! What the README tells to put into a shell's start-up file, in the shells themselves.

use std::process::Command;

use crate::support::real::{Machine, needs};

fn machine() -> Machine {
    let machine = Machine::with_show_once_vault();
    for name in ["web-upload", "web-download", "Admin api key", "stage:web"] {
        machine.create(name);
    }
    machine
}

/// What a shell says to a script, jeton being on its path.
fn said(machine: &Machine, shell: &str, script: &str) -> Vec<String> {
    let path = format!("{}:/usr/bin:/bin", machine.dir().display());
    let output = machine.command(shell).args(["-c", script]).env("PATH", path).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}\n{out}\n{err}");
    out.lines().map(str::to_owned).collect()
}

/// As if <Tab> was pressed behind these words: bash hands them to the function that completes.
fn in_bash(machine: &Machine, words: &str, last: &str) -> Vec<String> {
    let script = format!(
        "source <(JETON_COMPLETE=bash jeton)
         COMP_WORDS=(jeton {words} '{last}') COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) COMP_TYPE=9
         \"$(complete -p jeton | sed -E 's/.*-F ([^ ]+) .*/\\1/')\" jeton '{last}' x 2>/dev/null
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    said(machine, "bash", &script)
}

#[test]
fn bash_completes_names_as_the_readme_wires_it() {
    let machine = machine();
    assert_eq!(in_bash(&machine, "copy", "web"), ["web-download", "web-upload"]);
    assert_eq!(in_bash(&machine, "delete web-upload", "web-d"), ["web-download"]);
    assert_eq!(in_bash(&machine, "log --token", "web-d"), ["web-download"]);
    assert_eq!(in_bash(&machine, "rotate", "web-u"), ["web-upload"]);
    assert_eq!(in_bash(&machine, "", "ver"), ["verify"]);
    let id = in_bash(&machine, "show", "Adm");
    assert_eq!(id.len(), 1);
    let shown = machine.jeton(["show", &id[0]]).run().exits(0);
    assert!(shown.stdout.starts_with("name           Admin api key\n"), "{shown:?}");
}

#[test]
fn fish_completes_names_as_the_readme_wires_it() {
    if !needs(&["fish"]) {
        return;
    }
    let machine = machine();
    let complete = |line: &str| {
        let words = said(&machine, "fish", &format!("JETON_COMPLETE=fish jeton | source; complete -C '{line}'"));
        words.iter().map(|word| word.split('\t').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(complete("jeton copy web"), ["web-download", "web-upload"]);
    assert_eq!(complete("jeton verif"), ["verify"]);
}

#[test]
fn static_scripts_are_good_syntax() {
    let root = env!("CARGO_MANIFEST_DIR");
    for (shell, file) in [("bash", "jeton.bash"), ("zsh", "_jeton"), ("fish", "jeton.fish")] {
        if needs(&[shell]) {
            let checked = Command::new(shell).arg("-n").arg(format!("{root}/completions/{file}")).output().unwrap();
            assert!(checked.status.success(), "{shell}: {}", String::from_utf8_lossy(&checked.stderr));
        }
    }
}
