//! A disk with little room, or none.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::real::{Machine, Ran, needs, skipped, soon};

/// A disk of its own, which nobody else sees: it is mounted in a namespace that ends with its holder.
pub struct Disk {
    holder: Child,
    dir: PathBuf,
}

impl Disk {
    pub fn new(machine: &Machine) -> Option<Disk> {
        if !needs(&["unshare", "nsenter"]) {
            return None;
        }
        let dir = machine.dir().join("disk");
        fs::create_dir(&dir).unwrap();
        let mut holder = Command::new("unshare")
            .args(["--mount", "sh", "-c", "mount -t tmpfs -o size=1m,mode=700 none \"$0\" && echo mounted && read _"])
            .arg(&dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = holder.stdout.take().unwrap();
        let disk = Disk { holder, dir };
        let said = soon("the disk", move || {
            let mut line = String::new();
            BufReader::new(said).read_line(&mut line).map(|_| line)
        });
        if said.unwrap() != "mounted\n" {
            // A right, not a package: even where CI wants every test, it may not be given.
            skipped("right to mount");
            return None;
        }
        Some(disk)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn vault(&self) -> PathBuf {
        self.dir.join("vault.db")
    }

    pub fn command(&self, machine: &Machine, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--mount=/proc/{}/ns/mnt", self.holder.id())).arg(program);
        command.env_clear().envs(machine.vars()).env("JETON_VAULT", self.vault());
        command
    }

    pub fn jeton(&self, machine: &Machine, args: &[&str]) -> Ran {
        let mut jeton = self.command(machine, machine.program());
        Ran::from(jeton.args(args).stdin(Stdio::null()).output().unwrap())
    }

    #[track_caller]
    pub fn shell(&self, machine: &Machine, line: &str) -> String {
        let mut shell = self.command(machine, "sh");
        Ran::from(shell.args(["-c", line]).arg(&self.dir).output().unwrap()).exits(0).stdout
    }

    /// Leaves room for so many KiB.
    pub fn leave(&self, machine: &Machine, room: usize) {
        let fill = "rm -f \"$0/fill\"; dd if=/dev/zero of=\"$0/fill\" bs=4k 2>/dev/null";
        self.shell(machine, &format!("{fill}; truncate -s -{room}K \"$0/fill\""));
    }

    pub fn free(&self, machine: &Machine) {
        self.shell(machine, "rm \"$0/fill\"");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.holder.kill());
        drop(self.holder.wait());
    }
}
