//! nginx with `auth_request`, to jeton and to the constant: the same nginx, two of its paths.

use std::fs;
use std::process::{Command, Stdio};

use super::Bench;
use super::server::{Server, free_port};
use super::turns::Goal;
use super::vaults::vault;
use super::wrk::{Load, Order};

impl Bench<'_> {
    pub fn proxied(&mut self) {
        let constant = Server::constant("constant");
        let (plain, counted) = (self.vault(1_000), vault(&self.jeton, self.cache, 1_000, true));
        let [jeton, counting] = [&plain, &counted].map(|vault| Server::jeton(&self.jeton, &vault.path, None));
        let verifiers =
            [("jeton", &jeton, "verify"), ("counting", &counting, "verify"), ("constant", &constant, "empty")];
        let mut http = String::new();
        let mut locations = String::new();
        for (name, server, path) in verifiers {
            let address = server.base.strip_prefix("http://").expect("an address");
            http += &format!("upstream {name} {{ server {address}; keepalive 64; }}\n");
            locations += &format!(
                "location = /{name} {{ auth_request /auth/{name}; try_files /answer =404; }}
                 location = /auth/{name} {{
                     internal;
                     proxy_pass http://{name}/{path}?scope=pinning.pin_by_hash;
                     proxy_pass_request_body off;
                     proxy_set_header Content-Length \"\";
                     proxy_http_version 1.1;
                     proxy_set_header Connection \"\";
                 }}\n"
            );
        }
        let nginx = match self.nginx(&http, &locations) {
            Ok(nginx) => nginx,
            Err(why) => return println!("skipped: nginx: {why}"),
        };
        for order in [Order::Hot, Order::Random] {
            let load = |name: &str, secrets| Load {
                url: format!("{}/{name}", nginx.base),
                ..Load::verify(&nginx.base, secrets, order)
            };
            let [ours, counted, constant] =
                [load("jeton", &plain.secrets), load("counting", &counted.secrets), load("constant", &plain.secrets)];
            let goal = |rate| Goal { rate: Some(rate), p99: None };
            let word = order.word();
            self.scale.turns(
                "proxied",
                &format!("nginx to jeton, {word} / to the constant"),
                goal(0.9),
                &ours,
                &constant,
            );
            self.scale.turns("proxied", &format!("nginx, {word}, counted / not counted"), goal(0.6), &counted, &ours);
        }
    }

    /// nginx in the foreground with a worker for each core, as distributions start it, and a file to serve.
    pub fn nginx(&self, http: &str, locations: &str) -> Result<Server, String> {
        let dir = tempfile::tempdir_in(self.dir).expect("a directory for nginx").keep();
        let port = free_port();
        let me = nix::unistd::geteuid().is_root();
        fs::write(dir.join("answer"), "ok\n").expect("room for a file");
        let conf = format!(
            "{user}
             worker_processes auto;
             daemon off;
             pid nginx.pid;
             error_log error.log;
             events {{ worker_connections 768; }}
             http {{
                 access_log off;
                 tcp_nopush on;
                 {paths}
                 {http}
                 server {{ listen 127.0.0.1:{port}; root .; {locations} }}
             }}",
            // The workers of root are somebody else, who cannot read here.
            user = if me { "user root;" } else { "" },
            paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map(|of| format!("{of}_temp_path {of};"))
                .join(" "),
        );
        fs::write(dir.join("nginx.conf"), conf.replace("root .;", &format!("root {};", dir.display())))
            .expect("room for its settings");
        let mut nginx = Command::new("nginx");
        nginx.arg("-p").arg(&dir).args(["-c", "nginx.conf", "-e", "error.log"]);
        Server::at(port, nginx.stdout(Stdio::null()).stderr(Stdio::null()))
            .map_err(|why| format!("{why} {}", fs::read_to_string(dir.join("error.log")).unwrap_or_default()))
    }
}
