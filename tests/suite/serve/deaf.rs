//! A server whose log nobody reads, or can write.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use crate::support::real::{LIMIT, Machine, eventually, soon};

fn asked(stream: &mut UnixStream, path: &str) -> u16 {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: jeton\r\n\r\n").as_bytes()).expect("it listens");
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let mut line = String::new();
        assert!(reader.read_line(&mut line).expect("an answer") > 0, "{head}");
        if let Some(said) = line.to_lowercase().strip_prefix("content-length: ") {
            length = said.trim().parse().expect("a length");
        }
        head.push_str(&line);
    }
    reader.read_exact(&mut vec![0; length]).expect("a body");
    head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

fn connected(path: &std::path::Path) -> UnixStream {
    let stream = eventually("it listens", || UnixStream::connect(path).ok());
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    stream
}

#[test]
fn no_request_waits_for_whoever_reads_the_log() {
    let machine = Machine::with_show_once_vault();
    let socket = machine.dir().join("s");
    let listen = format!("unix:{}", socket.display());
    // What it says is piped, and nobody reads it.
    let mut child = machine.jeton(["serve", "--listen", &listen]).start();
    let mut stream = connected(&socket);
    for _ in 0..3000 {
        assert_eq!(asked(&mut stream, "/healthz"), 200);
    }
    assert_eq!(asked(&mut stream, "/verify"), 401);
    assert!(Command::new("kill").arg(child.id().to_string()).status().expect("kill starts").success());
    assert!(soon("its end", move || child.wait()).expect("it can be waited for").success());
}

#[test]
fn a_log_that_cannot_be_written_ends_nothing() {
    let machine = Machine::with_show_once_vault();
    let socket = machine.dir().join("s");
    let full = std::fs::File::options().write(true).open("/dev/full").expect("it is always there");
    let mut serve = machine.command(machine.program());
    serve.args(["serve", "--log-level", "debug", "--listen"]).arg(format!("unix:{}", socket.display()));
    let mut child = serve.stdin(Stdio::null()).stderr(full).spawn().expect("it starts");
    let mut stream = connected(&socket);
    assert_eq!((asked(&mut stream, "/healthz"), asked(&mut stream, "/verify")), (200, 401));
    // As a terminal does that is closed.
    assert!(Command::new("kill").args(["-HUP", &child.id().to_string()]).status().expect("kill starts").success());
    assert!(soon("its end", move || child.wait()).expect("it can be waited for").success());
}
