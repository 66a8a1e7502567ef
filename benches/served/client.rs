//! A client on a connection of its own, for what wrk cannot do: to ask once for each of many, and to know what was
//! answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// A connection that stays open.
pub struct Client(BufReader<TcpStream>);

impl Client {
    /// `http://address:port`
    pub fn new(base: &str) -> Client {
        let stream = TcpStream::connect(base.strip_prefix("http://").expect("an address")).expect("the server listens");
        stream.set_nodelay(true).expect("an option of sockets");
        Client(BufReader::new(stream))
    }

    /// Whether a secret was let through.
    pub fn verify(&mut self, secret: &str) -> bool {
        self.send(&[secret]);
        self.passed()
    }

    /// Whether all of them were let through, asked in one go.
    pub fn verify_all(&mut self, secrets: &[&str]) -> bool {
        self.send(secrets);
        // All answers are read in any case.
        secrets.iter().fold(true, |all, _| self.passed() && all)
    }

    fn send(&mut self, secrets: &[&str]) {
        let request = |secret: &&str| {
            format!(
                "GET /verify?scope=pinning.pin_by_hash HTTP/1.1\r\nHost: bench\r\n\
                 Authorization: Bearer {secret}\r\n\r\n"
            )
        };
        let requests: String = secrets.iter().map(request).collect();
        self.0.get_mut().write_all(requests.as_bytes()).expect("a request");
    }

    fn passed(&mut self) -> bool {
        let (mut status, mut length) = (String::new(), 0);
        self.0.read_line(&mut status).expect("an answer");
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("a header");
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.0.read_exact(&mut vec![0; length]).expect("a body");
        match status.split(' ').nth(1) {
            Some("200") => true,
            // The latter takes the place of the former where too many were refused.
            Some("401" | "429") => false,
            _ => panic!("{status}"),
        }
    }
}
