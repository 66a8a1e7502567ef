//! A connection that stays open, as proxies and services keep theirs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use super::{Answer, Server};

pub struct Kept(BufReader<TcpStream>);

impl Kept {
    pub fn new(server: &Server) -> Kept {
        let stream = server.connect();
        stream.set_nodelay(true).expect("it is a socket");
        Kept(BufReader::new(stream))
    }

    /// What a verification of this secret is answered with. Whoever fails so often is slowed: 429 stands for a 401.
    #[track_caller]
    pub fn verify(&mut self, query: &str, secret: &str) -> u16 {
        match self.send("GET", &format!("/verify{query}"), secret, "").status {
            429 => 401,
            status => status,
        }
    }

    /// A request with this secret and, if it is not empty, this body of JSON.
    #[track_caller]
    pub fn send(&mut self, method: &str, path: &str, secret: &str, body: &str) -> Answer {
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let (from, length) = (format!("Host: jeton\r\nAuthorization: Bearer {secret}\r\n{kind}"), body.len());
        let request = format!("{method} {path} HTTP/1.1\r\n{from}Content-Length: {length}\r\n\r\n{body}");
        self.0.get_mut().write_all(request.as_bytes()).expect("it reads");
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(self.0.read_line(&mut head).expect("it answers") > 0, "it closed: {head:?}");
        }
        let mut answer = Answer::parse(head.as_bytes());
        let length = answer.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("it sends all of it");
        answer.body = String::from_utf8(body).expect("text");
        answer
    }
}
