//! The vault behind HTTP: the true server, asked over true sockets.

mod deaf;
mod fresh;
mod kept;
mod leaks;
mod limits;
mod listen;
mod oauth;
mod openapi;
mod operate;
mod proxies;
mod rights;
mod soak;
mod throttle;
mod tls;
mod tokens;
mod verify;
mod w3ipfs;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use serde_json::Value;

use crate::support::real::{LIMIT, Machine, Ran, soon};

/// A server in front of a machine's vault. It ends with the test.
pub struct Server {
    pub machine: Machine,
    pub address: SocketAddr,
    child: Option<Child>,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    /// With a show-once vault, on a port of its own.
    pub fn new() -> Server {
        Server::of(Machine::with_show_once_vault(), &[])
    }

    /// One more on another's vault. Its own machine is empty.
    #[track_caller]
    pub fn beside(other: &Server) -> Server {
        let vault = other.machine.vault();
        Server::of(Machine::new(), &["--vault", vault.to_str().expect("a plain path")])
    }

    /// The same, whose clients may fail as often as they like.
    pub fn unslowed() -> Server {
        Server::of(Machine::with_show_once_vault(), &["--fail-burst", "0"])
    }

    /// Beside a vault that is there, with more to be said on its command line.
    #[track_caller]
    pub fn of(machine: Machine, args: &[&str]) -> Server {
        Server::with(machine, args, &[])
    }

    /// The same with some variables in its environment.
    #[track_caller]
    pub fn with(machine: Machine, args: &[&str], vars: &[(&str, &str)]) -> Server {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(args);
        let jeton = vars.iter().fold(machine.jeton(all), |jeton, (name, value)| jeton.env(name, value));
        let mut child = jeton.start();
        let mut log = BufReader::new(child.stderr.take().expect("it is piped"));
        let text = Arc::new(Mutex::new(String::new()));
        let (mut address, mut line) = (None, String::new());
        while address.is_none() && log.read_line(&mut line).expect("a log is text") > 0 {
            let told = line.split_once("listening on http").and_then(|(_, at)| at.split_once("://"));
            // In JSON something stands behind it.
            let end = |c: char| c.is_whitespace() || c == '"';
            address = told.map(|(_, at)| at.split(end).next().unwrap().parse().expect("an address"));
            text.lock().unwrap().push_str(&std::mem::take(&mut line));
        }
        let Some(address) = address else { panic!("it did not start: {}", text.lock().unwrap()) };
        // Else it would wait for somebody to read what it says.
        let kept = Arc::clone(&text);
        let reader = thread::spawn(move || {
            while log.read_line(&mut line).is_ok_and(|read| read > 0) {
                kept.lock().unwrap().push_str(&std::mem::take(&mut line));
            }
        });
        Server { machine, address, child: Some(child), log: text, reader: Some(reader) }
    }

    pub fn get(&self, path: &str) -> Request<'_> {
        self.request("GET", path)
    }

    pub fn post(&self, path: &str) -> Request<'_> {
        self.request("POST", path)
    }

    pub fn request(&self, method: &'static str, path: &str) -> Request<'_> {
        Request { server: self, method, path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// What a verification of this secret is answered with.
    pub fn verify(&self, query: &str, secret: &str) -> u16 {
        self.get(&format!("/verify{query}")).bearer(secret).send().status
    }

    /// A token that somebody makes at the command line; its secret.
    #[track_caller]
    pub fn create(&self, args: &[&str]) -> String {
        let args = ["create"].iter().chain(args);
        self.machine.jeton(args).run().exits(0).stdout.trim_end().to_owned()
    }

    /// jeton beside the server, on the same vault.
    #[track_caller]
    pub fn jeton(&self, args: &[&str]) -> Ran {
        self.machine.jeton(args).run()
    }

    /// A new connection on which any bytes can be sent.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).expect("a limit");
        stream
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// Asks it to end and waits until it has; its exit code and all it has said.
    #[track_caller]
    pub fn terminate(&mut self) -> (i32, String) {
        assert!(Command::new("kill").arg(self.pid().to_string()).status().expect("kill starts").success());
        let mut child = self.child.take().expect("it runs");
        let status = soon("the end of the server", move || child.wait()).expect("it can be waited for");
        self.reader.take().map(JoinHandle::join);
        (status.code().expect("it ended by itself"), self.log())
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // One that has ended by itself cannot be killed any more.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// A request on a connection of its own.
#[must_use = "nothing is sent before send"]
pub struct Request<'a> {
    server: &'a Server,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn bearer(self, secret: &str) -> Self {
        self.header("Authorization", &format!("Bearer {secret}"))
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(&body.to_string())
    }

    pub fn form(self, body: &str) -> Self {
        self.header("Content-Type", "application/x-www-form-urlencoded").body(body)
    }

    pub fn body(mut self, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self
    }

    #[track_caller]
    pub fn send(self) -> Answer {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: jeton\r\nConnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        let mut stream = self.server.connect();
        stream.write_all(&[head.as_bytes(), b"\r\n", &self.body].concat()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        Answer::parse(&answer)
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case, as they came.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn parse(bytes: &[u8]) -> Answer {
        let text = String::from_utf8(bytes.to_vec()).expect("an answer is text");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no whole head: {text:?}"));
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        let headers: Vec<_> = lines.filter_map(header).collect();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        Answer { status, headers, body: if chunked { joined(body) } else { body.to_owned() } }
    }

    /// The only header of this name.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        let first = found.next();
        assert!(found.next().is_none(), "{name} stands there twice: {self:?}");
        first.map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

/// The chunks of a body, up to the empty one that ends it (RFC 9112, section 7.1).
#[track_caller]
fn joined(mut chunks: &str) -> String {
    let mut body = String::new();
    loop {
        let (length, rest) = chunks.split_once("\r\n").expect("a chunk begins with its length");
        let length = usize::from_str_radix(length, 16).expect("a length");
        if length == 0 {
            return body;
        }
        body.push_str(&rest[..length]);
        chunks = rest[length..].strip_prefix("\r\n").expect("a chunk ends with its line");
    }
}

/// What a program prints that must end well.
#[track_caller]
pub fn stdout(command: &mut Command) -> String {
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("it prints text")
}
