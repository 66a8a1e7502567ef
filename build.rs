//! Rust takes its unwinder from `libgcc_s.so`. Loading that library and running its constructors takes 7 to 8 % of
//! the time of a `verify`, so where the C compiler has the same code as an archive, the binary takes it from there.
//! Where not, nothing is changed.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let set = |name: &str| std::env::var(name).unwrap_or_default();
    let shared = set("CARGO_CFG_TARGET_OS") == "linux"
        && set("CARGO_CFG_TARGET_ENV") == "gnu"
        && !set("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static");
    // Another machine's compiler cannot be asked by this one's name.
    if !shared || set("HOST") != set("TARGET") || !has_archives() {
        return;
    }
    let dir = PathBuf::from(set("OUT_DIR"));
    // The linker finds this script first where it looks for the library.
    if std::fs::write(dir.join("libgcc_s.so"), "GROUP ( libgcc_eh.a libgcc.a )\n").is_ok() {
        println!("cargo:rustc-link-arg-bins=-L{}", dir.display());
    }
}

/// Whether the compiler that links knows where its archives are; it prints the bare name of one that it has not.
fn has_archives() -> bool {
    ["libgcc_eh.a", "libgcc.a"].iter().all(|name| {
        let printed = Command::new("cc").arg(format!("-print-file-name={name}")).output();
        printed.is_ok_and(|printed| {
            let path = String::from_utf8_lossy(&printed.stdout).trim().to_owned();
            Path::new(&path).is_absolute() && Path::new(&path).exists()
        })
    })
}
