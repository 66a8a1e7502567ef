//! Libraries of other people, which ask the server in their own way. Their package managers install them once, under the
//! target directory. Where that cannot be, it is said aloud.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::real::{needs, skipped};

/// A Python that has these packages; `None`: the test is skipped.
#[must_use]
pub fn python(packages: &[&str]) -> Option<PathBuf> {
    let installed = needs(&["python3"]).then(|| {
        installed(packages, |place| {
            let pip = place.join("bin/pip");
            ran(Command::new("python3").args(["-m", "venv", "--clear"]).arg(place))
                && ran(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check"]).args(packages))
        })
    });
    Some(installed??.join("bin/python"))
}

/// A directory in which Node finds these packages; `None`: the test is skipped.
#[must_use]
pub fn node(packages: &[&str]) -> Option<PathBuf> {
    let installed = needs(&["node", "npm"]).then(|| {
        installed(packages, |place| {
            let flags = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"];
            ran(Command::new("npm").args(flags).arg(place).args(packages))
        })
    });
    installed?
}

/// Where they are, installed now if they were not.
fn installed(packages: &[&str], install: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let name = packages.join("+").replace(['/', '@'], "_");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&name);
    // Others may want the same at the same time. An end of this process gives it back.
    let turn = File::create(place.with_file_name(format!("{name}.lock"))).expect("room for a lock");
    turn.lock().expect("it can be waited for");
    let whole = place.join("installed");
    if !whole.exists() {
        fs::create_dir_all(&place).expect("room for packages");
        if !install(&place) {
            let what = packages.join(", ");
            assert!(std::env::var_os("CI").is_none(), "{what} cannot be installed, and CI wants every test");
            skipped(&what);
            return None;
        }
        File::create(whole).expect("room for a mark");
    }
    Some(place)
}

fn ran(command: &mut Command) -> bool {
    command.output().expect("it starts").status.success()
}

/// A program for Node in this directory, which finds the packages beside it.
pub fn beside(packages: &Path, dir: &Path, name: &str, program: &str) -> PathBuf {
    let modules = dir.join("node_modules");
    if !modules.exists() {
        symlink(packages.join("node_modules"), modules).expect("room for a link");
    }
    fs::write(dir.join(name), program).expect("room for a program");
    dir.join(name)
}
