//! wrk, and what it says.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What is asked of whom, and where the secret stands in a request.
#[derive(Clone)]
pub struct Load {
    pub url: String,
    pub header: &'static str,
    /// What stands before the secret in the header.
    pub prefix: &'static str,
    /// One secret a line.
    pub secrets: PathBuf,
    pub order: Order,
    /// How long the server has to be left alone afterwards, to end what it has begun.
    pub rest: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The first secret alone.
    Hot,
    /// All of them, uniformly.
    Random,
}

impl Order {
    pub fn word(self) -> &'static str {
        match self {
            Order::Hot => "hot",
            Order::Random => "random",
        }
    }
}

/// What one run of wrk measured.
#[derive(Clone, Copy)]
pub struct Measured {
    /// Requests a second.
    pub rate: f64,
    /// In milliseconds.
    pub p99: f64,
}

impl Load {
    /// Bearer tokens for `GET /verify`.
    pub fn verify(base: &str, secrets: &Path, order: Order) -> Load {
        let url = format!("{base}/verify?scope=pinning.pin_by_hash");
        Load {
            url,
            header: "Authorization",
            prefix: "Bearer ",
            secrets: secrets.to_owned(),
            order,
            rest: Duration::ZERO,
        }
    }

    /// Two threads, 64 connections. Every answer has to be a 2xx or a 3xx. Nothing, if it took longer than it counts.
    pub fn run(&self, script: &Path, seconds: u64, seed: usize) -> Option<Measured> {
        let start = Instant::now();
        let said = Command::new("wrk")
            .args(["-t2", "-c64", "--timeout", "60s", "-d", &format!("{seconds}s"), "-s"])
            .arg(script)
            .args([&self.url, "--", self.header, self.prefix])
            .arg(&self.secrets)
            .args([self.order.word(), &seed.to_string()])
            .output()
            .expect("wrk can be run");
        let took = start.elapsed();
        std::thread::sleep(self.rest);
        let text = String::from_utf8_lossy(&said.stdout);
        let line = text.lines().find_map(|line| line.strip_prefix("done "));
        let Some(line) = line else { panic!("wrk: {text}{}", String::from_utf8_lossy(&said.stderr)) };
        let numbers: Vec<f64> = line.split(' ').map(|number| number.parse().expect("a number")).collect();
        let [requests, microseconds, p99, failed] = numbers[..] else { panic!("wrk: {line}") };
        assert!(failed == 0.0, "{}: {failed} of {requests} requests failed", self.url);
        // Who is too slow for one answer is taken to have given one at the end.
        let p99 = if requests > 0.0 { p99 } else { microseconds };
        let measured = Measured { rate: requests.max(1.0) / microseconds * 1e6, p99: p99 / 1e3 };
        // A clock that began late makes everything fast; the rest of a second is for starting and ending.
        (took.as_secs_f64() < microseconds / 1e6 + 1.0).then_some(measured)
    }
}
