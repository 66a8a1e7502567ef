//! Where the server listens: and where it does not.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{Answer, Server};
use crate::support::real::{LIMIT, Machine, eventually, mode, needs, soon};

/// What is answered on a socket by path.
fn over(path: &Path, target: &str) -> Answer {
    let mut stream = UnixStream::connect(path).expect("it listens");
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: jeton\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    Answer::parse(&answer)
}

/// A server that also listens on a socket beside the vault.
fn with_socket() -> (Server, std::path::PathBuf) {
    let machine = Machine::with_show_once_vault();
    let path = machine.dir().join("jeton.sock");
    let flag = format!("unix:{}", path.display());
    (Server::of(machine, &["--listen", &flag]), path)
}

#[test]
fn a_socket_by_path_is_for_its_owner_and_group_and_goes_with_the_server() {
    let (mut server, path) = with_socket();
    assert!(fs::symlink_metadata(&path).unwrap().file_type().is_socket());
    assert_eq!(mode(&path), 0o660);
    over(&path, "/healthz").is(200);
    let secret = server.create(&["web"]);
    assert_eq!(server.verify("", &secret), 200, "and it listens on the address too");
    let (code, log) = server.terminate();
    assert_eq!(code, 0);
    assert!(log.contains(&format!("listening on unix:{}", path.display())), "{log}");
    assert!(!path.exists());
}

#[test]
fn a_socket_that_a_server_has_left_behind_is_replaced() {
    let machine = Machine::with_show_once_vault();
    let path = machine.dir().join("jeton.sock");
    drop(UnixListener::bind(&path).unwrap());
    let server = Server::of(machine, &["--listen", &format!("unix:{}", path.display())]);
    over(&path, "/healthz").is(200);
    assert_eq!(mode(&path), 0o660);
    drop(server);
}

#[test]
fn what_somebody_listens_on_and_what_is_no_socket_is_left_alone() {
    let machine = Machine::with_show_once_vault();
    let path = machine.dir().join("jeton.sock");
    let flag = format!("unix:{}", path.display());
    let listener = UnixListener::bind(&path).unwrap();
    let before = fs::symlink_metadata(&path).unwrap().ino();
    let serve = ["serve", "--listen", &flag];
    machine.jeton(serve).run().exits(1).says(&flag).says("in use");
    assert_eq!(fs::symlink_metadata(&path).unwrap().ino(), before);
    drop(listener);
    fs::remove_file(&path).unwrap();
    for make in [
        &|path: &Path| fs::write(path, "mine").unwrap(),
        &|path: &Path| fs::create_dir(path).unwrap(),
        &|path: &Path| std::os::unix::fs::symlink("elsewhere", path).unwrap(),
    ] as [&dyn Fn(&Path); 3]
    {
        make(&path);
        machine.jeton(serve).run().exits(1).says("no socket");
        let there = fs::symlink_metadata(&path).unwrap();
        if there.is_dir() { fs::remove_dir(&path).unwrap() } else { fs::remove_file(&path).unwrap() }
    }
}

#[test]
fn a_socket_that_another_has_put_in_its_place_is_not_removed_at_the_end() {
    let (mut server, path) = with_socket();
    fs::remove_file(&path).unwrap();
    let _other = UnixListener::bind(&path).unwrap();
    assert_eq!(server.terminate().0, 0);
    assert!(path.exists());
}

#[test]
fn an_address_that_others_can_reach_needs_tls_or_a_word() {
    let machine = Machine::with_show_once_vault();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[2001:db8::1]:0", "[::ffff:192.0.2.1]:0"] {
        let ran = machine.jeton(["serve", "--listen", address]).run().exits(6);
        ran.says("in the clear").says("--tls-cert").says("--insecure");
    }
    let server = Server::of(machine, &["--listen", "0.0.0.0:0", "--insecure"]);
    eventually("both", || (server.log().matches("listening on http://").count() == 2).then_some(()));
}

#[test]
fn addresses_that_only_this_machine_reaches_need_nothing() {
    for address in ["127.0.0.2:0", "[::1]:0", "localhost:0"] {
        let server = Server::of(Machine::with_show_once_vault(), &["--listen", address]);
        eventually("both", || (server.log().matches("listening on http://").count() == 2).then_some(()));
    }
}

#[test]
fn what_cannot_be_listened_on_is_said_in_two_sentences() {
    let machine = Machine::with_show_once_vault();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    machine.jeton(["serve", "--listen", &address]).run().exits(1).says(&address).says("in use").says("hint: ");
    machine
        .jeton(["serve", "--listen", "unix:/nowhere/at/all"])
        .run()
        .exits(1)
        .says("unix:/nowhere/at/all")
        .says("make the directory");
    let long = format!("unix:/tmp/{}", "a".repeat(200));
    machine.jeton(["serve", "--listen", &long]).run().exits(1);
    for wrong in ["8787", ":8787", "127.0.0.1"] {
        machine.jeton(["serve", "--listen", wrong]).run().exits(2).says("as in 127.0.0.1:8787");
    }
    for wrong in ["", "8787", "127.0.0.1", "unix:", "http://127.0.0.1:1", "127.0.0.1:99999", "a b:1", "1.2.3:80"] {
        machine.jeton(["serve", "--listen", wrong]).run().exits(2).says("--listen");
    }
    Machine::new().jeton(["serve", "--listen", "127.0.0.1:0"]).run().exits(3).says("hint: ");
}

/// A server that systemd's own tool starts, when somebody comes.
struct Activated {
    child: Child,
}

impl Drop for Activated {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn activate(machine: &Machine, sockets: &[&str], args: &[&str]) -> Activated {
    let mut command = machine.command("systemd-socket-activate");
    for socket in sockets {
        command.args(["--listen", socket]);
    }
    for (name, value) in machine.vars() {
        command.arg("--setenv").arg(format!("{name}={}", value.to_str().unwrap()));
    }
    command.arg(machine.program()).arg("serve").args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    Activated { child: command.spawn().expect("it starts") }
}

#[test]
fn sockets_that_systemd_hands_over_are_listened_on_and_nothing_else() {
    if !needs(&["systemd-socket-activate"]) {
        return;
    }
    let machine = Machine::with_show_once_vault();
    let path = machine.dir().join("handed.sock");
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut started = activate(&machine, &[&free.to_string(), path.to_str().unwrap()], &[]);
    eventually("the socket", || path.exists().then_some(()));
    over(&path, "/healthz").is(200);
    let stream = std::net::TcpStream::connect(free).expect("it listens");
    drop(stream);
    assert!(Command::new("kill").arg(started.child.id().to_string()).status().unwrap().success());
    let stderr = started.child.stderr.take().unwrap();
    let log = soon("the end", move || {
        let lines = BufReader::new(stderr).lines().map_while(Result::ok);
        lines.filter(|line| line.contains("listening on")).collect::<Vec<_>>().join("\n")
    });
    assert!(log.contains(&format!("listening on http://{free}")), "{log}");
    assert!(log.contains(&format!("listening on unix:{}", path.display())), "{log}");
    assert!(!log.contains("8787"), "{log}");
    assert!(path.exists(), "the file is systemd's");
    assert!(started.child.wait().unwrap().success());
}

#[test]
fn a_socket_that_is_handed_over_must_not_be_in_the_clear_either() {
    if !needs(&["systemd-socket-activate"]) {
        return;
    }
    let machine = Machine::with_show_once_vault();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut started = activate(&machine, &[&format!("0.0.0.0:{port}")], &[]);
    let come = || std::net::TcpStream::connect(("127.0.0.1", port)).ok();
    let _client = eventually("it listens", come);
    let status = soon("the refusal", move || started.child.wait().map(|status| (status, started))).unwrap().0;
    assert_eq!(status.code(), Some(6));
}

#[test]
fn systemd_is_told_when_it_serves_and_when_it_ends() {
    let machine = Machine::with_show_once_vault();
    let path = machine.dir().join("notify");
    let name = format!("jeton-test-{}", machine.dir().file_name().unwrap().to_str().unwrap());
    let by_path = UnixDatagram::bind(&path).unwrap();
    let by_name = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    for (told, socket) in [(by_path, path.to_str().unwrap().to_owned()), (by_name, format!("@{name}"))] {
        told.set_read_timeout(Some(LIMIT)).unwrap();
        let heard = || {
            let mut text = [0; 64];
            let length = told.recv(&mut text).expect("it is told");
            String::from_utf8(text[..length].to_vec()).unwrap()
        };
        let mut server = Server::with(Machine::with_show_once_vault(), &[], &[("NOTIFY_SOCKET", &socket)]);
        assert_eq!(heard(), "READY=1\n");
        assert_eq!(server.terminate().0, 0);
        assert_eq!(heard(), "STOPPING=1\n");
    }
}

#[test]
fn the_unit_is_one_that_systemd_understands_and_finds_hardened() {
    if !needs(&["systemd-analyze"]) {
        return;
    }
    let machine = Machine::new();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let unit = fs::read_to_string(docs.join("jeton.service")).unwrap();
    let service = machine.dir().join("jeton.service");
    fs::write(&service, unit.replace("/usr/local/bin/jeton", machine.program().to_str().unwrap())).unwrap();
    let socket = machine.dir().join("jeton.socket");
    fs::copy(docs.join("jeton.socket"), &socket).unwrap();
    let analyze = |args: &[&str]| {
        let output = machine.command("systemd-analyze").args(args).args([&service, &socket]).output().unwrap();
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    assert_eq!(analyze(&["verify", "--man=no"]), (true, String::new()));
    let mut rated = machine.command("systemd-analyze");
    let output = rated.args(["security", "--offline=true", "--threshold=20"]).arg(&service).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
