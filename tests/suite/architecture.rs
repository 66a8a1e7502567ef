//! The map in `lib.rs` is the architecture: a room may import only what the map allows it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Room -> rooms it may import, as the front page says.
fn map() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(root().join("lib.rs")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("//! ")?.split_once("->"));
    let rows = rows.filter(|(room, _)| room.trim().chars().all(|c| c.is_ascii_lowercase()));
    rows.map(|(room, may)| (room.trim().to_owned(), may.split_whitespace().map(str::to_owned).collect())).collect()
}

/// Every source file with its room: the first part of its path.
fn files() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let inside = path.strip_prefix(root()).unwrap();
                let room = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
                found.push((path, room));
            }
        }
    }
    found
}

/// Rooms that a file names: `crate::room`, also in a group `crate::{a, b}`. Comments, and tests at the bottom, do not
/// count.
fn imports(text: &str, rooms: &BTreeSet<String>, of_main: bool) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap()).collect();
    let code = code.join("\n");
    let prefix = if of_main { "jeton::" } else { "crate::" };
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let rest = &code[at + prefix.len()..];
        let group = rest.strip_prefix('{').map(|group| group.split('}').next().unwrap());
        let words = group.map_or_else(|| vec![rest], |group| group.split(',').map(str::trim).collect());
        for word in words {
            let end = word.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(word.len());
            if rooms.contains(&word[..end]) {
                found.insert(word[..end].to_owned());
            } else {
                found.insert("lib".to_owned());
            }
        }
    }
    found
}

#[test]
fn every_room_imports_only_what_the_map_allows() {
    let map = map();
    let rooms: BTreeSet<String> = map.keys().cloned().collect();
    assert!(rooms.len() >= 12, "{rooms:?}");
    let mut wrong = Vec::new();
    for (path, room) in files() {
        let may = map.get(&room).unwrap_or_else(|| panic!("{} is in no room of the map", path.display()));
        let text = fs::read_to_string(&path).unwrap();
        let mut named = imports(&text, &rooms, room == "main");
        if room == "lib" {
            // The front page stands among the rooms, and names them without `crate::`.
            named.extend(rooms.iter().filter(|other| text.contains(&format!("\nuse {other}::"))).cloned());
            named.extend(rooms.iter().filter(|other| text.contains(&format!(" {other}::run"))).cloned());
        }
        for other in named {
            if other != room && !may.contains(&other) {
                wrong.push(format!("{} imports {other}", path.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(wrong.is_empty(), "the map forbids:\n{}", wrong.join("\n"));
}

#[test]
fn the_map_has_no_circle_and_no_room_that_is_not_there() {
    let map = map();
    let there: BTreeSet<String> = files().into_iter().map(|(_, room)| room).collect();
    assert_eq!(map.keys().cloned().collect::<BTreeSet<_>>(), there);
    let mut left = map.clone();
    while !left.is_empty() {
        let free: Vec<String> = left
            .iter()
            .filter(|(_, may)| may.iter().all(|other| !left.contains_key(other)))
            .map(|(room, _)| room.clone())
            .collect();
        assert!(!free.is_empty(), "a circle among {:?}", left.keys());
        left.retain(|room, _| !free.contains(room));
    }
}

#[test]
fn every_import_of_the_map_is_made() {
    let map = map();
    let rooms: BTreeSet<String> = map.keys().cloned().collect();
    for (room, may) in &map {
        if room == "lib" || room == "main" {
            continue;
        }
        let made: BTreeSet<String> = files()
            .iter()
            .filter(|(_, of)| of == room)
            .flat_map(|(path, _)| imports(&fs::read_to_string(path).unwrap(), &rooms, false))
            .collect();
        let unused: Vec<_> = may.difference(&made).collect();
        assert!(unused.is_empty(), "{room} may import {unused:?} and does not");
    }
}

#[test]
fn only_the_host_touches_the_machine() {
    let forbidden = [
        ("std::env::", &["host", "main"][..]),
        ("SystemTime", &["host"]),
        ("Timestamp::now", &["host"]),
        ("TimeZone::system", &["host"]),
        ("io::stdin", &["host"]),
        ("io::stdout", &["host"]),
        ("io::stderr", &["host"]),
        ("println!", &[]),
        ("eprint", &[]),
        ("SysRng", &["host"]),
        ("process::exit", &[]),
        (".expose()", &["token", "crypto", "report", "host", "command", "serve"]),
    ];
    for (path, room) in files() {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for (word, may) in forbidden {
            assert!(may.contains(&room.as_str()) || !code.contains(word), "{} holds {word}", path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, _) in files() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} does not open with what it is for", path.display());
    }
}

fn holds_rust(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| entry.unwrap().path().extension().is_some_and(|end| end == "rs"))
}

#[test]
fn every_chapter_is_told() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let mut folders = vec![(suite.clone(), suite.join("main.rs"))];
    while let Some((folder, front)) = folders.pop() {
        let told = fs::read_to_string(&front).unwrap();
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !holds_rust(&path) {
                // What another program reads.
                continue;
            }
            let chapter = path.file_stem().unwrap().to_str().unwrap();
            let is_told = path == front || told.contains(&format!("mod {chapter};"));
            assert!(is_told, "{} is not in {}", path.display(), front.display());
            if path.is_dir() {
                folders.push((path.clone(), path.join("mod.rs")));
            }
        }
    }
}
