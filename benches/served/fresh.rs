//! The promise of a gate that answers from memory, kept while it is loaded as in the other rows: a token that another
//! process revoked is refused by every request that starts after `jeton revoke` has returned.

use std::fs;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::json;

use super::Bench;
use super::client::Client;
use super::server::Server;
use super::vaults::{make, vault};
use super::wrk::{Load, Order};

/// So many ask for the token that is revoked, all the time.
const ASKING: usize = 4;
/// How often each of them asks after the revocation.
const AFTERWARDS: u64 = 5;
const SECONDS: u64 = 10;

impl Bench<'_> {
    pub fn fresh(&mut self) {
        // Its own, since tokens come and go in it.
        let vault = vault(&self.jeton, self.dir, 1_000, false);
        let server = Server::jeton(&self.jeton, &vault.path, None);
        let load = Load::verify(&server.base, &vault.secrets, Order::Random);
        self.scale.warm(&load);
        let (mut rounds, mut asked, mut wrong) = (0, 0, 0);
        let over = AtomicBool::new(false);
        let loaded = thread::scope(|scope| {
            let wrk = scope.spawn(|| {
                let measured = load.run(&self.scale.script, SECONDS, 1);
                over.store(true, Ordering::SeqCst);
                measured
            });
            while !over.load(Ordering::SeqCst) {
                rounds += 1;
                let (all, late) = self.round(&server, &vault.path, &format!("revoked-{rounds}"));
                asked += all;
                wrong += late;
            }
            wrk.join().expect("wrk").map_or(f64::NAN, |measured| measured.rate)
        });
        let mark = if wrong == 0 { "met" } else { "missed" };
        println!(
            "fresh    {rounds} tokens revoked at {loaded:.0} requests/s: {wrong} of {asked} requests that started \
             afterwards were let through (goal: 0) {mark}"
        );
        self.scale.write(&json!({
            "row": "fresh", "case": "revoked by another process", "revoked": rounds, "asked_after": asked,
            "let_through": wrong, "goal": 0, "per_second": loaded, "met": wrong == 0,
        }));
    }

    /// How many requests started after the revocation, and how many of them were let through.
    fn round(&self, server: &Server, path: &std::path::Path, name: &str) -> (usize, usize) {
        let secret = self.dir.join("revoked");
        drop(fs::remove_file(&secret));
        let mut create = make(&self.jeton, path);
        create.args(["create", name, "--scope", "pinning.pin_by_hash", "--output"]).arg(&secret);
        assert!(create.status().expect("jeton can be run").success(), "jeton create");
        let secret = fs::read_to_string(&secret).expect("the secret");
        let (known, revoked) = (Barrier::new(ASKING + 1), AtomicBool::new(false));
        thread::scope(|scope| {
            let asking: Vec<_> = (0..ASKING)
                .map(|_| {
                    scope.spawn(|| {
                        let mut asker = Client::new(&server.base);
                        assert!(asker.verify(secret.trim()), "a token that is good");
                        known.wait();
                        // When each request started, and whether it was let through.
                        let mut asked = Vec::new();
                        let mut left = AFTERWARDS;
                        while left > 0 {
                            left -= u64::from(revoked.load(Ordering::SeqCst));
                            let start = Instant::now();
                            asked.push((start, asker.verify(secret.trim())));
                        }
                        asked
                    })
                })
                .collect();
            known.wait();
            let status = make(&self.jeton, path).args(["revoke", name]).status();
            let returned = Instant::now();
            assert!(status.expect("jeton can be run").success(), "jeton revoke");
            revoked.store(true, Ordering::SeqCst);
            let asked = asking.into_iter().flat_map(|asking| asking.join().expect("one who asks"));
            let late: Vec<bool> = asked.filter(|(start, _)| *start >= returned).map(|(_, good)| good).collect();
            (late.len(), late.into_iter().filter(|good| *good).count())
        })
    }
}
