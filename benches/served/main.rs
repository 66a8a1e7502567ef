//! What is promised about the speed of `jeton serve`, measured with wrk: `cargo bench --bench served` runs all rows,
//! words after `--` choose some of them; CONTRIBUTING.md tells what each means.
//!
//! Everything is a ratio of two servers that were loaded in turns on the same machine, each a process of its own, with
//! the load sharing their cores.

#![forbid(unsafe_code)]

mod client;
mod constant;
mod fresh;
mod peers;
mod proxied;
mod server;
mod turns;
mod vaults;
mod wrk;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use client::Client;
use server::Server;
use turns::{Goal, Scale};
use vaults::{Vault, vault};
use wrk::{Load, Order};

const ROWS: &[&str] = &["served", "limits", "fresh", "counted", "proxied", "peers"];
/// What a million tokens take in memory, and room to spare, in MiB.
const FOR_A_MILLION: u64 = 2048;
/// So many ask for every secret once before it is measured.
const CONNECTIONS: usize = 8;

fn main() {
    // `cargo bench` adds `--bench`.
    let words: Vec<_> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let mut words = words.iter().map(String::as_str);
    let mut rows = Vec::new();
    let (mut runs, mut seconds) = (11, 3);
    let mut jeton = PathBuf::from(env!("CARGO_BIN_EXE_jeton"));
    let mut against = None;
    while let Some(word) = words.next() {
        match word {
            "constant" => return constant::run(false),
            "constant-limited" => return constant::run(true),
            "--runs" => runs = words.next().and_then(|count| count.parse().ok()).expect("--runs COUNT"),
            "--seconds" => seconds = words.next().and_then(|count| count.parse().ok()).expect("--seconds COUNT"),
            "--jeton" => jeton = words.next().map(PathBuf::from).expect("--jeton PATH"),
            "--against" => against = Some(words.next().map(PathBuf::from).expect("--against PATH")),
            row if ROWS.contains(&row) => rows.push(row),
            other => {
                eprintln!("no row is called {other}; there are: {}", ROWS.join(", "));
                eprintln!("also --runs COUNT, --seconds COUNT (of one run), --jeton PATH (measure this one)");
                eprintln!("and --against PATH (compare with this one)");
                std::process::exit(2);
            }
        }
    }
    if rows.is_empty() {
        rows.extend(ROWS);
    }
    if Command::new("wrk").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        println!("skipped: no wrk to make requests with");
        return;
    }
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("served");
    fs::create_dir_all(&cache).expect("a directory for what is kept");
    let dir = tempfile::tempdir().expect("a directory for what is not kept");
    let script = dir.path().join("load.lua");
    fs::write(&script, include_str!("load.lua")).expect("room for the script");
    let results = cache.join("results.jsonl");
    let file = File::create(&results).expect("room for the results");
    let scale = Scale { script, runs, seconds, results: file };
    let mut bench = Bench { dir: dir.path(), cache: &cache, jeton, against, scale };
    println!(
        "{:<8} {:<44} {:>4} {:>6} {:<14} {:>11} {:>11}  {:<44} {:>3}",
        "row", "work / against", "goal", "ratio", "(quartiles)", "work", "against", "the same of p99", "n"
    );
    for row in rows {
        match row {
            "served" => bench.served(),
            "limits" => bench.limits(),
            "fresh" => bench.fresh(),
            "counted" => bench.counted(),
            "proxied" => bench.proxied(),
            _ => bench.peers(),
        }
    }
    println!("the same in JSON: {}", results.display());
}

struct Bench<'a> {
    /// For what is gone when this ends.
    dir: &'a Path,
    /// For what is kept between runs.
    cache: &'a Path,
    jeton: PathBuf,
    /// Another build of jeton.
    against: Option<PathBuf>,
    scale: Scale,
}

impl Bench<'_> {
    fn vault(&self, tokens: u64) -> Vault {
        vault(&self.jeton, self.cache, tokens, false)
    }

    /// `GET /verify` among few and many tokens, against the constant.
    fn served(&mut self) {
        let constant = Server::constant("constant");
        let goal = Goal { rate: Some(0.8), p99: Some(1.5) };
        for (tokens, mib) in [(1_000, None), (1_000_000, None), (1_000_000, Some(FOR_A_MILLION))] {
            let vault = self.vault(tokens);
            let programs = [Some(&self.jeton), self.against.as_ref()].into_iter().flatten();
            let servers: Vec<_> = programs.map(|program| Server::jeton(program, &vault.path, mib)).collect();
            let among = format!("{tokens}{}", mib.map_or(String::new(), |mib| format!(", --cache {mib}")));
            for order in [Order::Hot, Order::Random] {
                for server in &servers {
                    self.fill(server, &vault, order);
                }
                let load = |base: &str| Load::verify(base, &vault.secrets, order);
                let ours = load(&servers[0].base);
                let case = format!("{} of {among} / constant", order.word());
                self.scale.turns("served", &case, goal, &ours, &load(&constant.base));
                if let Some(other) = servers.get(1) {
                    let case = format!("{} of {among} / the other jeton", order.word());
                    self.scale.turns("served", &case, Goal::default(), &ours, &load(&other.base));
                }
                self.memory(&servers[0], &format!("{} of {among}", order.word()));
            }
        }
    }

    /// Every secret once, so that the cache holds what it can, and what that leaves to be written is written.
    fn fill(&self, server: &Server, vault: &Vault, order: Order) {
        if order == Order::Random {
            let secrets = fs::read_to_string(&vault.secrets).expect("the secrets");
            let secrets: Vec<_> = secrets.lines().collect();
            std::thread::scope(|scope| {
                for part in secrets.chunks(secrets.len().div_ceil(CONNECTIONS)) {
                    scope.spawn(|| {
                        let mut client = Client::new(&server.base);
                        assert!(part.chunks(64).all(|some| client.verify_all(some)), "secrets that are good");
                    });
                }
            });
            server.settle();
        }
    }

    fn memory(&mut self, server: &Server, case: &str) {
        let resident = server.resident();
        let cache = server.cache().map(|(entries, bytes)| (entries, bytes / f64::from(1 << 20)));
        match cache {
            Some((entries, mib)) => println!(
                "  memory after {case}: {resident:.1} MiB, {entries} tokens in {mib:.1} MiB of cache: \
                 {:.1} beyond (goal: 64)",
                resident - mib
            ),
            None => println!("  memory after {case}: {resident:.1} MiB, with the cache, of which nothing is told"),
        }
        self.scale.write(&json!({
            "row": "memory", "case": case, "resident_mib": resident,
            "cache_entries": cache.map(|cache| cache.0), "cache_mib": cache.map(|cache| cache.1),
            "beyond_mib": cache.map(|cache| resident - cache.1), "goal": 64,
        }));
    }

    /// What limits on a request's head cost the constant, of which jeton has them and the constant above has not.
    fn limits(&mut self) {
        let vault = self.vault(1_000);
        let [limited, plain] = ["constant-limited", "constant"].map(Server::constant);
        let load = |server: &Server| Load::verify(&server.base, &vault.secrets, Order::Hot);
        self.scale.turns("limits", "constant with limits / without", Goal::default(), &load(&limited), &load(&plain));
    }

    /// Tokens whose uses are counted against those whose uses are not, at the same server.
    fn counted(&mut self) {
        let (counted, plain) = (vault(&self.jeton, self.cache, 1_000, true), self.vault(1_000));
        let goal = Goal { rate: Some(0.6), p99: None };
        let [with, without] = [&counted, &plain].map(|vault| Server::jeton(&self.jeton, &vault.path, None));
        for order in [Order::Hot, Order::Random] {
            let case = format!("{} of 1000, counted / not counted", order.word());
            let with = Load::verify(&with.base, &counted.secrets, order);
            self.scale.turns("counted", &case, goal, &with, &Load::verify(&without.base, &plain.secrets, order));
        }
    }
}
