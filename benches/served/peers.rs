//! What others start to have API keys checked, each set up as its own documentation does, beside jeton. They are
//! installed when they are first asked for and kept; one that is not to be had is skipped aloud.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Bench;
use super::server::{Server, free_port};
use super::turns::Goal;
use super::wrk::{Load, Order};

/// How one of them is started.
type Start = fn(&Bench<'_>) -> Started;

/// The second lags behind the first, which npm takes for a conflict; they work together.
const NODE: &[&str] = &["better-auth@1.7.25", "@better-auth/api-key@1.7.5", "better-sqlite3@12.11.1"];
const PYTHON: &[&str] =
    &["django==5.2.19", "djangorestframework==3.18.3", "djangorestframework-api-key==3.1.0", "gunicorn==27.0.1"];
const SETTINGS: &str = r#"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS += ["rest_framework", "rest_framework_api_key"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework_api_key.permissions.HasAPIKey"]}
"#;
const KEY: &str = "from rest_framework_api_key.models import APIKey; print(APIKey.objects.create_key(name='bench')[1])";
/// `alice` with the password `secret`: what `openssl passwd -apr1` made of it, bcrypt at cost 10, and what `caddy
/// hash-password` made of it.
const BASIC: &str = "YWxpY2U6c2VjcmV0";
const APR1: &str = "$apr1$.a.FP9M4$Jypq/I90AuYPrm.jQPrzn/";
const BCRYPT: &str = "$2b$10$G04QiMx9IwO7IxuP.Pca5OHDUmT1LHO7bruTPMkCnjuEcesjwXuTe";
const CADDY: &str = "$2a$14$SYRlmnNqaHsaY61RSUvh.e1/W6iJKWxFxiqFOtRXtuN6gcbV.8Zc2";

/// How long it takes a slow one to answer all connections, though nobody waits for it any more.
const QUEUE: Duration = Duration::from_secs(4);

type Started = Result<(Server, Load), String>;

impl Bench<'_> {
    pub fn peers(&mut self) {
        let vault = self.vault(1_000);
        let jeton = Server::jeton(&self.jeton, &vault.path, None);
        let ours = Load::verify(&jeton.base, &vault.secrets, Order::Hot);
        let peers: [(&str, Start); 6] = [
            ("better-auth, in memory", |bench| bench.better_auth("memory")),
            ("better-auth, SQLite", |bench| bench.better_auth("sqlite")),
            ("Django REST framework API Key", |bench| bench.django()),
            ("nginx auth_basic, apr1", |bench| bench.auth_basic(APR1)),
            ("nginx auth_basic, bcrypt at cost 10", |bench| bench.auth_basic(BCRYPT)),
            ("Caddy basic_auth", |bench| bench.caddy()),
        ];
        for (name, start) in peers {
            match start(self) {
                Ok((_server, theirs)) => {
                    let goal = Goal { rate: Some(1.0), p99: None };
                    self.scale.turns("peers", &format!("jeton / {name}"), goal, &ours, &theirs);
                }
                Err(why) => println!("skipped: {name}: {why}"),
            }
        }
    }

    /// One process of Node.js.
    fn better_auth(&self, adapter: &str) -> Started {
        let dir = self.installed("node", NODE, |dir| {
            fs::write(dir.join("package.json"), r#"{"private":true,"type":"module"}"#)
                .map_err(|why| why.to_string())?;
            let words = ["install", "--no-audit", "--no-fund", "--legacy-peer-deps", "--save-exact"];
            done(Command::new("npm").args(words).args(NODE).current_dir(dir))
        })?;
        let program = dir.join("better-auth.mjs");
        fs::write(&program, include_str!("peers/better-auth.mjs")).expect("room for a program");
        let (port, key) = (free_port(), self.dir.join(format!("better-auth-{adapter}")));
        let mut node = Command::new("node");
        node.arg(&program).args([adapter, &port.to_string()]).arg(&key);
        let server = Server::at(port, quiet(&mut node))?;
        // It is written as soon as it listens.
        while !fs::read_to_string(&key).is_ok_and(|key| key.ends_with('\n')) {
            std::thread::sleep(Duration::from_millis(50));
        }
        let load = load(&server, "/", "X-API-Key", "", key);
        Ok((server, Load { rest: if adapter == "sqlite" { QUEUE } else { Duration::ZERO }, ..load }))
    }

    /// Two workers of gunicorn, with SQLite.
    fn django(&self) -> Started {
        let dir = self.installed("python", PYTHON, |dir| {
            done(Command::new("python3").args(["-m", "venv"]).arg(dir.join("venv")))?;
            done(Command::new(dir.join("venv/bin/pip")).args(["install", "-q"]).args(PYTHON))
        })?;
        let bin = |name: &str| dir.join("venv/bin").join(name);
        let site = self.dir.join("django");
        fs::create_dir_all(&site).expect("room for a project");
        done(Command::new(bin("django-admin")).args(["startproject", "bench", "."]).current_dir(&site))?;
        let settings = site.join("bench/settings.py");
        let told = fs::read_to_string(&settings).expect("its settings");
        fs::write(&settings, told + SETTINGS).expect("room for settings");
        fs::write(site.join("bench/urls.py"), include_str!("peers/urls.py")).expect("room for paths");
        let manage = |words: &[&str]| {
            let mut python = Command::new(bin("python"));
            python.arg("manage.py").args(words).current_dir(&site);
            python
        };
        done(&mut manage(&["migrate"]))?;
        let said = manage(&["shell", "-c", KEY]).output().map_err(|why| why.to_string())?;
        let key = self.dir.join("django.key");
        // A shell may greet before it does what it is told.
        fs::write(&key, said.stdout.trim_ascii().rsplit(|byte| *byte == b'\n').next().unwrap_or_default())
            .expect("room");
        let port = free_port();
        let mut gunicorn = Command::new(bin("gunicorn"));
        gunicorn.args(["-w", "2", "-b", &format!("127.0.0.1:{port}"), "bench.wsgi"]).current_dir(&site);
        let server = Server::at(port, quiet(&mut gunicorn))?;
        let load = load(&server, "/verify", "Authorization", "Api-Key ", key);
        Ok((server, load))
    }

    /// nginx by itself, with one user.
    fn auth_basic(&self, hash: &str) -> Started {
        let users = self.dir.join(format!("users-{}", hash.len()));
        fs::write(&users, format!("alice:{hash}\n")).expect("room for a user");
        let location = format!("location = /answer {{ auth_basic bench; auth_basic_user_file {}; }}", users.display());
        let server = self.nginx("", &location)?;
        let load = load(&server, "/answer", "Authorization", "Basic ", self.basic());
        Ok((server, Load { rest: if hash == BCRYPT { QUEUE } else { Duration::ZERO }, ..load }))
    }

    /// Caddy by itself, with one user.
    fn caddy(&self) -> Started {
        let (port, conf) = (free_port(), self.dir.join("Caddyfile"));
        let told = format!(
            "{{\nadmin off\nauto_https off\n}}\n\
             http://127.0.0.1:{port} {{\nbasicauth {{\nalice {CADDY}\n}}\n\
             respond ok\n}}\n"
        );
        fs::write(&conf, told).expect("room for its settings");
        let mut caddy = Command::new("caddy");
        caddy.args(["run", "--adapter", "caddyfile", "--config"]).arg(&conf);
        caddy.env("XDG_CONFIG_HOME", self.dir).env("XDG_DATA_HOME", self.dir);
        let server = Server::at(port, quiet(&mut caddy))?;
        // It remembers a password that was right, but whoever comes before that hashes it too: one goes first.
        let mut first = TcpStream::connect(("127.0.0.1", port)).map_err(|why| why.to_string())?;
        let request = format!(
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: Basic {BASIC}\r\n\r\n"
        );
        first
            .write_all(request.as_bytes())
            .and_then(|()| first.read_to_end(&mut Vec::new()))
            .map_err(|why| why.to_string())?;
        let load = load(&server, "/", "Authorization", "Basic ", self.basic());
        Ok((server, load))
    }

    fn basic(&self) -> PathBuf {
        let file = self.dir.join("basic");
        fs::write(&file, BASIC).expect("room for a credential");
        file
    }

    /// The directory of what is installed once in these versions.
    fn installed(&self, name: &str, versions: &[&str], install: impl FnOnce(&Path) -> Done) -> Result<PathBuf, String> {
        let dir = self.cache.join(name);
        let (mark, wanted) = (dir.join("installed"), versions.join("\n"));
        if fs::read_to_string(&mark).is_ok_and(|there| there == wanted) {
            return Ok(dir);
        }
        drop(fs::remove_dir_all(&dir));
        fs::create_dir_all(&dir).map_err(|why| why.to_string())?;
        install(&dir)?;
        fs::write(mark, wanted).map_err(|why| why.to_string())?;
        Ok(dir)
    }
}

fn load(server: &Server, path: &str, header: &'static str, prefix: &'static str, secrets: PathBuf) -> Load {
    let url = format!("{}{path}", server.base);
    Load { url, header, prefix, secrets, order: Order::Hot, rest: Duration::ZERO }
}

type Done = Result<(), String>;

fn done(command: &mut Command) -> Done {
    let said = command.stdin(Stdio::null()).output().map_err(|why| format!("{:?}: {why}", command.get_program()))?;
    let talk = String::from_utf8_lossy(&said.stderr);
    said.status.success().then_some(()).ok_or_else(|| format!("{:?}: {}", command.get_program(), talk.trim()))
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::null()).stderr(Stdio::null())
}
