//! The true proxies in front of a true service, with the configurations that stand in `docs/` and in the README.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Answer, Server};
use crate::support::real::{LIMIT, Machine, eventually, needs};

/// A request as it arrived.
#[derive(Clone, Debug)]
struct Arrived {
    line: String,
    /// As they are spelt.
    headers: Vec<(String, String)>,
    body: String,
    /// The number of its connection.
    connection: usize,
}

impl Arrived {
    fn read(from: &mut impl BufRead, connection: usize) -> Option<Arrived> {
        let mut next = || {
            let mut line = String::new();
            from.read_line(&mut line).ok().filter(|read| *read > 0)?;
            Some(line.trim_end().to_owned())
        };
        let line = next()?;
        let mut headers = Vec::new();
        while let Some((name, value)) = next()?.split_once(':') {
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut arrived = Arrived { line, headers, body: String::new(), connection };
        let length = arrived.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        assert_eq!(arrived.header("transfer-encoding"), None, "no test sends so much that a proxy would");
        let mut body = vec![0; length];
        from.read_exact(&mut body).ok()?;
        arrived.body = String::from_utf8(body).expect("text");
        Some(arrived)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// What it is told of a token, by whatever spelling a service could take for it.
    fn told(&self) -> Vec<(String, &str)> {
        let name = |name: &str| name.to_lowercase().replace(|sign: char| !sign.is_ascii_alphanumeric(), "-");
        let all = self.headers.iter().map(|(header, value)| (name(header), value.as_str()));
        let mut told: Vec<_> = all.filter(|(header, _)| header.starts_with("x-jeton")).collect();
        told.sort();
        told
    }
}

/// A small HTTP server that keeps what reaches it, and answers all of it alike.
struct Peer {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Peer {
    fn answering(head: &'static str) -> Peer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let peer = Peer { address: listener.local_addr().expect("it is bound"), arrived: Arc::default() };
        let arrived = Arc::clone(&peer.arrived);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().flatten().enumerate() {
                let arrived = Arc::clone(&arrived);
                thread::spawn(move || answer_all(&stream, number, head, &arrived));
            }
        });
        peer
    }

    fn service() -> Peer {
        Peer::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-From: service\r\n\r\n")
    }

    fn arrived(&self) -> Vec<Arrived> {
        std::mem::take(&mut *self.arrived.lock().unwrap())
    }

    /// The one request that has arrived.
    #[track_caller]
    fn one(&self) -> Arrived {
        let arrived: [Arrived; 1] = self.arrived().try_into().expect("one request");
        let [one] = arrived;
        one
    }
}

fn answer_all(stream: &TcpStream, connection: usize, head: &str, kept: &Mutex<Vec<Arrived>>) {
    let (mut read, mut write) = (BufReader::new(stream), stream);
    while let Some(arrived) = Arrived::read(&mut read, connection) {
        kept.lock().unwrap().push(arrived);
        if write.write_all(head.as_bytes()).is_err() {
            return;
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Nginx,
    Caddy,
}

/// A proxy that runs, until the end of the test.
struct Proxy {
    child: Child,
    socket: PathBuf,
}

impl Proxy {
    /// With its configuration of `docs/`, into which only addresses are put.
    #[track_caller]
    fn documented(kind: Kind, machine: &Machine, jeton: SocketAddr, service: SocketAddr) -> Proxy {
        let (file, listen) = match kind {
            Kind::Nginx => ("docs/nginx.conf", ("listen 80;", "listen unix:SOCKET;")),
            Kind::Caddy => ("docs/Caddyfile", ("api.example.com {", "http:// {\nbind unix/SOCKET")),
        };
        let text = repository_file(file);
        let (jeton, service) = (jeton.to_string(), service.to_string());
        Proxy::new(kind, machine, &put_in(&text, &[listen, ("127.0.0.1:8787", &jeton), ("127.0.0.1:3000", &service)]))
    }

    /// The word `SOCKET` becomes a path.
    #[track_caller]
    fn new(kind: Kind, machine: &Machine, text: &str) -> Proxy {
        let dir = machine.dir().join("proxy");
        fs::create_dir(&dir).expect("a directory");
        let (socket, config) = (dir.join("socket"), dir.join("config"));
        let text = text.replace("SOCKET", socket.to_str().expect("plain"));
        let mut command = match kind {
            Kind::Nginx => {
                let temporary =
                    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|it| format!("{it}_temp_path {it};"));
                let text = format!("events {{}}\nhttp {{\naccess_log off;\n{}\n{text}\n}}\n", temporary.concat());
                fs::write(&config, text).expect("room");
                let mut command = machine.command("nginx");
                command.arg("-p").arg(&dir).arg("-c").arg(&config);
                command.args(["-g", "daemon off; master_process off; pid pid; error_log stderr;"]);
                command
            }
            Kind::Caddy => {
                fs::write(&config, format!("{{\nadmin off\nauto_https off\n}}\n{text}")).expect("room");
                let mut command = machine.command("caddy");
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&config);
                command
            }
        };
        let said = dir.join("log");
        let log = fs::File::create(&said).expect("room");
        let child = command.stdout(Stdio::null()).stderr(log).spawn().expect("it starts");
        let mut proxy = Proxy { child, socket };
        eventually("the proxy listens", || {
            let ended = proxy.child.try_wait().expect("it is ours");
            assert!(ended.is_none(), "it ended: {}", fs::read_to_string(&said).unwrap_or_default());
            UnixStream::connect(&proxy.socket).ok()
        });
        proxy
    }

    /// Sends a request with these headers and a body.
    #[track_caller]
    fn send(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = format!("{line} HTTP/1.1\r\nHost: example\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("connection")) {
            request.push_str("Connection: close\r\n");
        }
        headers.iter().for_each(|(name, value)| request.push_str(&format!("{name}: {value}\r\n")));
        if !body.is_empty() {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut stream = UnixStream::connect(&self.socket).expect("it listens");
        stream.set_read_timeout(Some(LIMIT)).expect("a limit");
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers and closes");
        Answer::parse(&answer)
    }

    #[track_caller]
    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(&format!("GET {path}"), headers, "")
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn repository_file(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it is there")
}

/// Replaces what must stand there exactly once.
#[track_caller]
fn put_in(text: &str, places: &[(&str, &str)]) -> String {
    places.iter().fold(text.to_owned(), |text, (place, value)| {
        assert_eq!(text.matches(place).count(), 1, "{place}");
        text.replace(place, value)
    })
}

/// What stands between a client and a service.
struct Row {
    server: Server,
    service: Peer,
    proxy: Proxy,
}

/// All of it, for each of the two proxies that is installed.
fn rows(server: impl Fn() -> Server) -> impl Iterator<Item = Row> {
    [(Kind::Nginx, "nginx"), (Kind::Caddy, "caddy")].into_iter().filter(|(_, program)| needs(&[program])).map(
        move |(kind, _)| {
            let (server, service) = (server(), Peer::service());
            let proxy = Proxy::documented(kind, &server.machine, server.address, service.address);
            Row { server, service, proxy }
        },
    )
}

/// Both proxies in front of a stranger in the place of jeton.
fn before_a_stranger(head: &'static str) -> impl Iterator<Item = (Kind, Machine, Peer, Peer, Proxy)> {
    [(Kind::Nginx, "nginx"), (Kind::Caddy, "caddy")].into_iter().filter(|(_, program)| needs(&[program])).map(
        move |(kind, _)| {
            let (machine, jeton, service) = (Machine::new(), Peer::answering(head), Peer::service());
            let proxy = Proxy::documented(kind, &machine, jeton.address, service.address);
            (kind, machine, jeton, service, proxy)
        },
    )
}

/// Headers with which somebody would be somebody else.
const MADE_UP: [(&str, &str); 14] = [
    ("X-Jeton-Id", "jtn_000000000000"),
    ("X-Jeton-Id", "jtn_000000000001"),
    ("x-jETON-name", "root"),
    ("X-Jeton-Type", "admin"),
    ("X_Jeton_Type", "admin"),
    ("X-Jeton_Owner", "root"),
    ("x_jeton-scopes", "*"),
    ("X-Jeton-Scopes", "*"),
    ("X-Jeton-Anything", "else"),
    ("X_JETON", "root"),
    ("X.Jeton.Id", "jtn_000000000002"),
    ("x!jeton!type", "admin"),
    ("X`Jeton-Owner", "root"),
    ("X*Jeton*Scopes", "*"),
];

#[test]
fn the_service_is_told_whose_the_request_is_and_not_the_secret() {
    for Row { server, service, proxy } in rows(Server::new) {
        let secret = server.create(&["Büro", "--scope", "data.*", "--scope", "x", "--owner", "alice"]);
        let (id, bearer) = (&secret[..16], format!("Bearer {secret}"));
        let told = [("id", id), ("name", "B%C3%BCro"), ("owner", "alice"), ("scopes", "data.* x"), ("type", "client")];
        let told: Vec<_> = told.iter().map(|(name, value)| (format!("x-jeton-{name}"), *value)).collect();
        let places: [&[(&str, &str)]; 5] = [
            &[("Authorization", &bearer)],
            &[("X-API-Key", &secret)],
            &[("xc-token", &secret)],
            &[("xc-auth", &secret)],
            &[("pinning_api_key", id), ("pinning_secret_key", &secret)],
        ];
        for place in places {
            let headers = [place, &[("Content-Type", "text/plain")]].concat();
            let answer = proxy.send("POST /data/a%20b?x=1&y", &headers, "hello").is(200);
            assert_eq!(answer.header("x-from"), Some("service"));
            let arrived = service.one();
            assert_eq!((arrived.line.as_str(), arrived.body.as_str()), ("POST /data/a%20b?x=1&y HTTP/1.1", "hello"));
            assert_eq!((arrived.header("host"), arrived.header("content-type")), (Some("example"), Some("text/plain")));
            assert_eq!(arrived.told(), told);
            assert!(!format!("{arrived:?}").contains(&secret), "{arrived:?}");
        }
    }
}

#[test]
fn what_a_client_says_of_itself_never_reaches_the_service() {
    for Row { server, service, proxy } in rows(Server::new) {
        let secret = server.create(&["web", "--scope", "data.read", "--owner", "alice"]);
        let bearer = format!("Bearer {secret}");
        proxy.get("/data/", &[&[("Authorization", bearer.as_str())], &MADE_UP[..]].concat()).is(200);
        let arrived = service.one();
        let told: Vec<_> = arrived.told().into_iter().map(|(_, value)| value).collect();
        assert_eq!(told, [&secret[..16], "web", "alice", "data.read", "client"]);
        proxy.get("/health", &MADE_UP).is(200);
        assert_eq!(service.one().told(), []);
        proxy.get("/data/", &MADE_UP).is(401);
        assert!(service.arrived().is_empty());
    }
}

#[test]
fn a_token_without_scopes_is_not_given_those_that_its_client_made_up() {
    for (kind, _machine, _jeton, service, proxy) in before_a_stranger(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Jeton-Id: jtn_1\r\nX-Jeton-Name: web\r\nX-Jeton-Type: client\r\n\
         X-Jeton-Owner: alice\r\nX-Jeton-Scopes:\r\n\r\n",
    ) {
        proxy.get("/data/", &MADE_UP).is(200);
        let arrived = service.one();
        assert_eq!(arrived.header("x-jeton-scopes").unwrap_or_default(), "", "{kind:?}");
        assert_eq!(arrived.header("x-jeton-owner"), Some("alice"));
        assert!(!format!("{arrived:?}").contains('*'), "{arrived:?}");
    }
}

#[test]
fn nobody_can_have_the_truth_dropped_on_its_way() {
    for Row { server, service, proxy } in rows(Server::new) {
        let secret = server.create(&["web", "--scope", "data.read"]);
        let bearer = format!("Bearer {secret}");
        let connection = "close, X-Jeton-Id, x-jeton-scopes, X-Jeton-Type";
        proxy.get("/data/", &[("Authorization", &bearer), ("Connection", connection)]).is(200);
        let arrived = service.one();
        assert_eq!(arrived.told().len(), 5, "{arrived:?}");
        assert_eq!(arrived.header("x-jeton-id"), Some(&secret[..16]));
    }
}

#[test]
fn each_location_takes_its_own_scope() {
    for Row { server, service, proxy } in rows(Server::new) {
        let reader = format!("Bearer {}", server.create(&["reader", "--scope", "data.read"]));
        let admin = format!("Bearer {}", server.create(&["root", "--type", "admin"]));
        let get = |path: &str, bearer: &str| proxy.get(path, &[("Authorization", bearer)]);
        get("/data/", &reader).is(200);
        get("/admin/", &admin).is(200);
        assert_eq!(service.arrived().len(), 2);
        let refused = get("/admin/", &reader).is(403);
        assert_eq!(refused.header("www-authenticate"), Some("Bearer realm=\"jeton\", error=\"insufficient_scope\""));
        for elsewhere in ["/elsewhere", "/HEALTH", "/health.", "/health%20"] {
            get(elsewhere, &reader).is(404);
        }
        assert!(service.arrived().is_empty());
    }
}

/// Paths that a proxy and a service could read in two ways, so that the one would ask for less than the other gives.
const TWOFOLD: [&str; 20] = [
    "/data/../admin/",
    "/data/..",
    "/data/..?x=/",
    "/data/..;/admin/",
    "/data/..%3b/admin/",
    "/data/..#/admin/",
    "/data/./../admin/",
    "/data/%2e%2e/admin/",
    "/data/%2E./admin/",
    "/data/..%2fadmin/",
    "/data/..%2Fadmin/",
    "/data/..%5Cadmin/",
    "/data/..\\admin/",
    "/health#/admin/",
    "/health#?/../admin/",
    "/admin/../health",
    "/admin/%2e%2e/health",
    "/admin/..%2fhealth",
    "//data/admin/",
    "/./admin/",
];

#[test]
fn a_path_that_can_be_read_in_two_ways_goes_no_further() {
    for Row { server, service, proxy } in rows(Server::new) {
        let admin = format!("Bearer {}", server.create(&["root", "--type", "admin"]));
        for path in TWOFOLD {
            let status = proxy.get(path, &[("Authorization", &admin)]).status;
            // Where `#` is read as a part of the path and handed on as one, nothing is called that.
            assert!(status == 400 || (path.contains('#') && status == 404), "{path}: {status}");
        }
        assert!(service.arrived().is_empty());
        for path in ["/data/a..b/.well-known/a.b?next=/../x//y%2f", "/data/%C3%BC%20;a=b"] {
            proxy.get(path, &[("Authorization", &admin)]).is(200);
            assert_eq!(service.one().line, format!("GET {path} HTTP/1.1"));
        }
    }
}

#[test]
fn a_refusal_reaches_the_client_and_the_request_goes_no_further() {
    for Row { server, service, proxy } in rows(Server::new) {
        let (good, other) = (server.create(&["good"]), server.create(&["other"]));
        let (bearer, spent) = (format!("Bearer {good}"), format!("Bearer {good}x"));
        let challenge = |headers: &[(&str, &str)], status: u16| {
            let answer = proxy.send("POST /data/", headers, "hello").is(status);
            answer.header("www-authenticate").map(str::to_owned)
        };
        let said = |rest: &str| Some(format!("Bearer realm=\"jeton\"{rest}"));
        assert_eq!(challenge(&[], 401), said(""));
        assert_eq!(challenge(&[("Authorization", &spent)], 401), said(", error=\"invalid_token\""));
        let lacking = said(", error=\"insufficient_scope\", scope=\"data.read\"");
        assert_eq!(challenge(&[("Authorization", &bearer)], 403), lacking);
        let two = [("Authorization", bearer.as_str()), ("X-API-Key", &other)];
        assert_eq!(challenge(&two, 400), said(", error=\"invalid_request\""));
        assert_eq!(challenge(&[("X-API-Key", &good), ("X-API-Key", &other)], 400), said(", error=\"invalid_request\""));
        assert!(service.arrived().is_empty());
    }
}

#[test]
fn a_secret_in_the_query_is_none_and_goes_to_the_service_alone() {
    for Row { mut server, service, proxy } in rows(Server::new) {
        let secret = server.create(&["web", "--scope", "data.read"]);
        proxy.get(&format!("/data/?token={secret}&access_token={secret}"), &[]).is(401);
        assert!(service.arrived().is_empty());
        assert!(!server.terminate().1.contains(&secret[16..]));
    }
}

#[test]
fn jeton_hears_of_a_request_its_headers_and_neither_its_query_nor_its_body() {
    let yes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Jeton-Id: jtn_1\r\n\r\n";
    for (kind, _machine, jeton, service, proxy) in before_a_stranger(yes) {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let body = if method == "HEAD" || method == "GET" { "" } else { "a body" };
            let headers = [("X-API-Key", "something"), ("X-Forwarded-For", "192.0.2.1")];
            proxy.send(&format!("{method} /data/?key=of-a-query"), &headers, body).is(200);
            let asked = jeton.one();
            assert_eq!(asked.line, "GET /verify?scope=data.read HTTP/1.1");
            assert_eq!((asked.body.as_str(), asked.header("x-api-key")), ("", Some("something")), "{asked:?}");
            assert!(asked.header("content-length").is_none_or(|length| length == "0"), "{asked:?}");
            assert!(!format!("{asked:?}").contains("of-a-query"), "{asked:?}");
            assert!(!format!("{asked:?}").contains("192.0.2.1"), "{kind:?} passed on what a client says: {asked:?}");
            let arrived = service.one();
            assert_eq!(arrived.line, format!("{method} /data/?key=of-a-query HTTP/1.1"));
            assert_eq!(arrived.body, body);
        }
    }
}

#[test]
fn connections_to_jeton_and_to_the_service_stay_open() {
    let yes = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Jeton-Id: jtn_1\r\n\r\n";
    for (kind, _machine, jeton, service, proxy) in before_a_stranger(yes) {
        (0..5).for_each(|_| drop(proxy.send("POST /data/", &[], "a body").is(200)));
        for (who, peer) in [("jeton", &jeton), ("the service", &service)] {
            let connections: Vec<_> = peer.arrived().iter().map(|arrived| arrived.connection).collect();
            assert_eq!(connections.len(), 5, "{kind:?}, {who}");
            // A proxy gives up one whose end it has seen; it does not open one for each.
            assert!(*connections.last().unwrap() < 4, "{kind:?}, {who}: {connections:?}");
        }
    }
}

#[test]
fn who_failed_too_often_is_told_when_to_come_back() {
    let head = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nRetry-After: 7\r\n\r\n";
    for (_, _machine, _jeton, service, proxy) in before_a_stranger(head) {
        assert_eq!(proxy.get("/data/", &[]).is(429).header("retry-after"), Some("7"));
        assert!(service.arrived().is_empty());
    }
}

#[test]
fn headers_that_are_too_long_for_jeton_are_too_long_for_the_client() {
    let head = "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n";
    for (_, _machine, _jeton, service, proxy) in before_a_stranger(head) {
        proxy.get("/data/", &[]).is(431);
        assert!(service.arrived().is_empty());
    }
}

#[test]
fn where_jeton_cannot_tell_nothing_goes_through() {
    for Row { mut server, service, proxy } in rows(Server::new) {
        let bearer = format!("Bearer {}", server.create(&["web", "--scope", "data.read"]));
        let get = || proxy.get("/data/", &[("Authorization", &bearer)]);
        get().is(200);
        let aside = server.machine.dir().join("aside");
        fs::rename(server.machine.vault(), &aside).unwrap();
        get().is(503);
        fs::rename(&aside, server.machine.vault()).unwrap();
        get().is(200);
        service.arrived();
        server.terminate();
        get().is(503);
        assert!(service.arrived().is_empty());
    }
}

#[test]
fn a_service_that_is_not_there_is_not_taken_for_jeton() {
    for (kind, program) in [(Kind::Nginx, "nginx"), (Kind::Caddy, "caddy")] {
        if !needs(&[program]) {
            continue;
        }
        let server = Server::new();
        let nobody = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("it is bound");
        let proxy = Proxy::documented(kind, &server.machine, server.address, nobody);
        let bearer = format!("Bearer {}", server.create(&["web", "--scope", "data.read"]));
        proxy.get("/data/", &[("Authorization", &bearer)]).is(502);
        proxy.get("/health", &[("X-Jeton-Id", "jtn_1")]).is(502);
    }
}

#[test]
fn a_token_with_as_many_scopes_as_one_can_have_passes() {
    for Row { server, service, proxy } in rows(Server::new) {
        let long = |number: usize| format!("data{number:03}.{}", "abcdefghijklmno.".repeat(3) + "pq");
        let mut scopes: Vec<_> = (1..256).map(long).collect();
        scopes.push("data.read".to_owned());
        let args: Vec<_> = scopes.iter().flat_map(|scope| ["--scope", scope]).collect();
        let bearer = format!("Bearer {}", server.create(&[&["web"], &args[..]].concat()));
        proxy.get("/data/", &[("Authorization", &bearer)]).is(200);
        let arrived = service.one();
        let told: BTreeSet<_> = arrived.header("x-jeton-scopes").expect("it is told").split(' ').collect();
        assert_eq!(told, scopes.iter().map(String::as_str).collect());
    }
}

/// The block of code in the README that holds this word.
#[track_caller]
fn in_the_readme(word: &str) -> String {
    let readme = repository_file("README.md");
    let mut blocks = readme.split("```").skip(1).step_by(2).filter(|block| block.contains(word));
    let block = blocks.next().expect("it is in the README");
    assert!(blocks.next().is_none(), "twice");
    block.split_once('\n').expect("a language").1.to_owned()
}

/// nginx with the ten lines of the README.
#[track_caller]
fn ten_lines(server: &Server, service: &Peer) -> Proxy {
    let lines = in_the_readme("auth_request");
    assert_eq!(lines.lines().count(), 10, "{lines}");
    let (jeton, to) = (server.address.to_string(), service.address.to_string());
    let block = put_in(&lines, &[("127.0.0.1:8787", &jeton), ("127.0.0.1:3000", &to)]);
    Proxy::new(Kind::Nginx, &server.machine, &format!("server {{\nlisten unix:SOCKET;\n{block}}}"))
}

#[test]
fn behind_the_ten_lines_of_the_readme_nobody_gets_a_new_address_by_saying_so() {
    if !needs(&["nginx"]) {
        return;
    }
    let slow = ["--trusted-proxy", "127.0.0.1", "--fail-burst", "1", "--fail-rate", "1"];
    let (server, service) = (Server::of(Machine::with_show_once_vault(), &slow), Peer::service());
    let proxy = ten_lines(&server, &service);
    // nginx makes 500 of 429.
    let slowed = (1..=100).any(|number| {
        let headers = [("Authorization", "Bearer nothing"), ("X-Forwarded-For", &format!("192.0.2.{number}"))];
        proxy.get("/data/", &headers).status == 500
    });
    assert!(slowed, "{}", server.log());
}

#[test]
fn the_ten_lines_of_the_readme_work_as_they_stand() {
    if !needs(&["nginx"]) {
        return;
    }
    let (server, service) = (Server::new(), Peer::service());
    let proxy = ten_lines(&server, &service);
    let secret = server.create(&["web", "--scope", "data.read"]);
    let bearer = format!("Bearer {secret}");
    let headers = [&[("Authorization", bearer.as_str()), ("Content-Type", "text/plain")], &MADE_UP[..]].concat();
    proxy.send("POST /data/?x=1", &headers, "hello").is(200);
    let arrived = service.one();
    assert!(arrived.line.starts_with("POST /data/?x=1 "), "{arrived:?}");
    assert_eq!((arrived.body.as_str(), arrived.header("content-type")), ("hello", Some("text/plain")));
    assert_eq!(arrived.told(), [("x-jeton-id".to_owned(), &secret[..16])]);
    assert!(!format!("{arrived:?}").contains(&secret));
    TWOFOLD.iter().for_each(|path| drop(proxy.get(path, &[("Authorization", &bearer)]).is(400)));
    proxy.get("/data/", &[]).is(401);
    proxy.get("/_jeton/data.read", &[("Authorization", &bearer)]).is(404);
    let other = format!("Bearer {}", server.create(&["other"]));
    proxy.get("/data/", &[("Authorization", &other)]).is(403);
    assert!(service.arrived().is_empty());
}
