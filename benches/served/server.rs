//! Servers as children of this process, each on a free port, ended when they are dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Server {
    child: Child,
    /// `http://address:port`
    pub base: String,
}

impl Server {
    /// A server that says `listening on http://...` on stderr.
    pub fn that_says(command: &mut Command) -> Server {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a server");
        let mut lines = BufReader::new(child.stderr.take().expect("its stderr")).lines();
        let base = loop {
            let line = lines.next().expect("the server ended before it listened").expect("a line");
            if let Some((_, base)) = line.split_once("listening on ") {
                break base.trim().to_owned();
            }
        };
        // Whatever else it says must not keep it waiting.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, base }
    }

    /// A server that was told its port, and listens when somebody is answered there.
    pub fn at(port: u16, command: &mut Command) -> Result<Server, String> {
        let mut child = command.stdin(Stdio::null()).spawn().map_err(|error| error.to_string())?;
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("it ended at once: {status}"));
            }
            if Instant::now() > deadline {
                return Err("it does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Server { child, base: format!("http://127.0.0.1:{port}") })
    }

    /// The vault of this path behind HTTP.
    pub fn jeton(program: &Path, vault: &Path, cache: Option<u64>) -> Server {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("JETON_VAULT", vault);
        if let Some(mib) = cache {
            command.args(["--cache", &mib.to_string()]);
        }
        Server::that_says(&mut command)
    }

    /// This program, as the server that answers a constant.
    pub fn constant(kind: &str) -> Server {
        Server::that_says(Command::new(std::env::current_exe().expect("this program")).arg(kind))
    }

    /// Memory that is resident now, in MiB.
    pub fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the server runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
    }

    /// Processor time it has used so far, in hundredths of a second.
    fn used(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the server runs");
        let (_, rest) = stat.rsplit_once(") ").expect("a name in brackets");
        rest.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
    }

    /// Waits until it does nothing any more, so that what it still has to write is not measured with what comes next.
    pub fn settle(&self) {
        let deadline = Instant::now() + Duration::from_secs(120);
        loop {
            let before = self.used();
            std::thread::sleep(Duration::from_secs(2));
            if self.used() <= before + 2 || Instant::now() > deadline {
                return;
            }
        }
    }

    /// What it tells of its cache at `/metrics`, if it does: entries and bytes.
    pub fn cache(&self) -> Option<(f64, f64)> {
        let mut stream = TcpStream::connect(self.base.strip_prefix("http://")?).ok()?;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n").ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let gauge = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        Some((gauge("jeton_cache_entries ")?, gauge("jeton_cache_bytes ")?))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM, so that it ends as it should.
        drop(Command::new("kill").arg(self.child.id().to_string()).status());
        drop(self.child.wait());
    }
}

/// A port on which nobody listens now.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).expect("a free port").port()
}
