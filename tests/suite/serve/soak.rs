//! A soak: everything at once, from 64 connections and the command line, and afterwards the log, the vault and the
//! clients agree to the last event and the last use. Five seconds of it; a minute where `JETON_SOAK` is set.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Server;
use super::kept::Kept;
use crate::support::real::assert_sound;

const CONNECTIONS: usize = 64;
/// So many of them only verify, half of it a token whose uses are counted.
const VERIFYING: usize = 32;
/// More than are ever spent.
const USES: u64 = 100_000_000;

/// What somebody has done, as he was answered.
#[derive(Default)]
struct Done {
    actions: BTreeMap<&'static str, u64>,
    /// Of tokens that he has made: the secret, and whether it works now.
    tokens: Vec<(String, bool)>,
}

impl Done {
    fn did(&mut self, action: &'static str) {
        *self.actions.entry(action).or_default() += 1;
    }
}

/// Tokens of one's own: made, verified, rotated, revoked, restored and deleted, each answer as it must be.
fn manage(server: &Server, admin: &str, number: usize, over: &AtomicBool) -> Done {
    let (mut kept, mut own) = (Kept::new(server), Kept::new(server));
    let mut done = Done::default();
    for round in 0.. {
        if over.load(Ordering::SeqCst) {
            break;
        }
        let name = format!("web-{number}-{round}");
        let body = json!({"name": name, "scopes": ["soak"]}).to_string();
        let created = kept.send("POST", "/api/tokens", admin, &body).is(201).json();
        done.did("create");
        let secret = created["secret"].as_str().expect("it is told once").to_owned();
        assert_eq!(own.verify("?scope=soak", &secret), 200);
        let path = format!("/api/tokens/{name}");
        let rotated = kept.send("POST", &format!("{path}/rotate"), admin, "").is(200).json();
        done.did("rotate");
        let second = rotated["secret"].as_str().expect("it is told once").to_owned();
        assert_eq!((own.verify("", &secret), own.verify("", &second)), (401, 200));
        kept.send("POST", &format!("{path}/revoke"), admin, "").is(200);
        done.did("revoke");
        assert_eq!(own.verify("", &second), 401);
        let works = match round % 3 {
            0 => false,
            1 => {
                kept.send("POST", &format!("{path}/restore"), admin, "").is(200);
                done.did("restore");
                true
            }
            _ => {
                kept.send("DELETE", &path, admin, "").is(204);
                done.did("delete");
                assert_eq!(own.verify("", &second), 401);
                continue;
            }
        };
        assert_eq!(own.verify("", &second), if works { 200 } else { 401 });
        done.tokens.push((second, works));
    }
    done
}

/// The same at the command line, and its verifications of the counted token.
fn command(server: &Server, number: usize, counted: &str, spent: &AtomicU64, over: &AtomicBool) -> Done {
    let (mut kept, mut done) = (Kept::new(server), Done::default());
    for round in 0.. {
        if over.load(Ordering::SeqCst) {
            break;
        }
        let name = format!("cli-{number}-{round}");
        let first = server.create(&[&name]);
        done.did("create");
        let second = server.jeton(&["rotate", &name]).exits(0).stdout.trim_end().to_owned();
        done.did("rotate");
        assert_eq!((kept.verify("", &first), kept.verify("", &second)), (401, 200));
        server.jeton(&["revoke", &name]).exits(0);
        done.did("revoke");
        assert_eq!(kept.verify("", &second), 401);
        assert_eq!(server.machine.verify(counted), 0);
        spent.fetch_add(1, Ordering::SeqCst);
        done.tokens.push((second, false));
    }
    done
}

#[test]
fn after_everything_at_once_log_vault_and_clients_agree_exactly() {
    let span = Duration::from_secs(if std::env::var_os("JETON_SOAK").is_some() { 60 } else { 5 });
    let mut server = Server::unslowed();
    let admin = server.create(&["root", "--type", "admin"]);
    let plain = server.create(&["plain"]);
    let counted = server.create(&["counted", "--max-uses", &USES.to_string()]);
    let (spent, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let begin = Instant::now();
    let all: Vec<Done> = thread::scope(|scope| {
        let (server, admin, plain, counted, spent, over) = (&server, &admin, &plain, &counted, &spent, &over);
        for number in 0..VERIFYING {
            scope.spawn(move || {
                let mut kept = Kept::new(server);
                while !over.load(Ordering::SeqCst) {
                    if number % 2 == 0 {
                        assert_eq!(kept.verify("", plain), 200);
                    } else {
                        assert_eq!(kept.verify("", counted), 200);
                        spent.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        // Two connections each.
        let managing: Vec<_> = (0..(CONNECTIONS - VERIFYING) / 2)
            .map(|number| scope.spawn(move || manage(server, admin, number, over)))
            .chain((0..2).map(|number| scope.spawn(move || command(server, number, counted, spent, over))))
            .collect();
        while begin.elapsed() < span && managing.iter().all(|thread| !thread.is_finished()) {
            thread::sleep(Duration::from_millis(10));
        }
        over.store(true, Ordering::SeqCst);
        managing.into_iter().map(|thread| thread.join().expect("all was as it must be")).collect()
    });
    let made: Vec<_> = all.iter().flat_map(|done| &done.tokens).collect();
    assert!(made.len() > 20, "too little happened");
    let mut kept = Kept::new(&server);
    for (secret, works) in &made {
        assert_eq!(kept.verify("", secret), if *works { 200 } else { 401 });
    }
    drop(kept);
    let (code, log) = server.terminate();
    assert_eq!(code, 0, "{log}");
    let [events, listed] = [&["log", "--json"][..], &["list", "--all", "--json"]]
        .map(|args| serde_json::from_str::<Vec<Value>>(&server.jeton(args).exits(0).stdout).expect("an array"));
    let mut expected = BTreeMap::from([("init", 1), ("create", 3)]);
    for (action, times) in all.iter().flat_map(|done| &done.actions) {
        *expected.entry(action).or_default() += times;
    }
    let mut logged = BTreeMap::<_, u64>::new();
    for event in &events {
        *logged.entry(event["action"].as_str().unwrap()).or_default() += 1;
    }
    assert_eq!(logged, expected);
    let with = |status: &str| listed.iter().filter(|token| token["status"] == status).count();
    let working = made.iter().filter(|(_, works)| *works).count();
    assert_eq!((with("active"), with("revoked")), (working + 3, made.len() - working));
    assert_eq!(listed.len(), made.len() + 3);
    let shown = |name: &str| listed.iter().find(|token| token["name"] == name).expect("it is there").clone();
    assert_eq!(shown("counted")["uses"], spent.load(Ordering::SeqCst));
    for name in ["root", "plain", "counted"] {
        assert!(shown(name)["last_used_at"].is_string(), "{name}");
    }
    server.jeton(&["log", "--check"]).exits(0);
    assert_sound(&server.machine.vault());
}
