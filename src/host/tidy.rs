//! host::tidy: files that are not to be left behind by a process that is asked to end in the middle of its work.

use std::fs;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use signal_hook::low_level::raise;

use super::signals::Signals;

/// While this lives, Ctrl-C and its kin remove the files before they end the process.
pub struct Tidy {
    over: UnixStream,
    waiting: Option<JoinHandle<()>>,
}

impl Tidy {
    pub fn begin(files: Vec<PathBuf>) -> io::Result<Tidy> {
        let (over, heard) = UnixStream::pair()?;
        let signals = Signals::catch_endings()?;
        let waiting = thread::Builder::new().spawn(move || {
            if let Ok(Some(signal)) = signals.or_input(&heard) {
                files.iter().for_each(|file| drop(fs::remove_file(file)));
                // From now on it does what it does by default.
                drop(signals);
                let _ = raise(signal);
            }
        })?;
        Ok(Tidy { over, waiting: Some(waiting) })
    }
}

impl Drop for Tidy {
    fn drop(&mut self) {
        if self.over.write_all(b"\n").is_ok()
            && let Some(waiting) = self.waiting.take()
        {
            drop(waiting.join());
        }
    }
}
