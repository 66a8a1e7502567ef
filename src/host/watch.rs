//! Waiting until somebody writes a vault. SQLite writes the file itself or the log beside it, so their directory is
//! watched for both (inotify(7)).
//!
//! What is written counts only later: SQLite syncs it first, then tells by an index in shared memory, of which nobody
//! hears. Often it writes once more when it closes the file, but not if somebody else had it open. So whoever was woken
//! is woken again a few times, at growing distances.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use super::{Changes, Error};

/// How long after a change, or after each other, it is looked at again, in milliseconds. A disk that takes longer to
/// sync is told of with the next change.
const AGAIN: [u16; 5] = [20, 100, 500, 2_500, 12_500];

struct Watch {
    inotify: Inotify,
    /// The file's name, with which those beside it begin too.
    name: OsString,
    /// What is left of [`AGAIN`].
    again: std::slice::Iter<'static, u16>,
}

pub(super) fn begin(path: &Path) -> io::Result<Box<dyn Changes>> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let inotify = Inotify::init(InitFlags::IN_CLOEXEC)?;
    let written = AddWatchFlags::IN_MODIFY | AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO;
    let gone = AddWatchFlags::IN_MOVE_SELF | AddWatchFlags::IN_DELETE_SELF;
    inotify.add_watch(directory, written | gone | AddWatchFlags::IN_ONLYDIR)?;
    let name = path.file_name().unwrap_or_default().to_owned();
    // Something may have been written just before.
    Ok(Box::new(Watch { inotify, name, again: AGAIN.iter() }))
}

impl Changes for Watch {
    fn wait(&mut self) -> Result<bool, Error> {
        loop {
            let patience = self.again.next().map_or(PollTimeout::NONE, |ms| PollTimeout::from(*ms));
            if self.is_silent(patience).map_err(no_watch)? {
                return Ok(true);
            }
            let events = match self.inotify.read_events() {
                Err(Errno::EINTR) => continue,
                events => events.map_err(no_watch)?,
            };
            // Without a name: events were lost, or the directory was moved, so anything may have happened.
            let ours = |name: &OsStr| name.as_bytes().starts_with(self.name.as_bytes());
            if events.iter().any(|event| event.name.as_deref().is_none_or(ours)) {
                self.again = AGAIN.iter();
                return Ok(true);
            }
        }
    }
}

impl Watch {
    /// Whether nothing happens for so long.
    fn is_silent(&self, patience: PollTimeout) -> Result<bool, Errno> {
        let mut fds = [PollFd::new(self.inotify.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, patience) {
            Err(Errno::EINTR) => Ok(true),
            ready => ready.map(|ready| ready == 0),
        }
    }
}

fn no_watch(errno: Errno) -> Error {
    Error::NoWatch(errno.to_string())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn what_is_written_is_looked_at_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut watch = begin(&dir.path().join("v.db")).unwrap();
        // What was written just before it began is looked at too.
        assert!(watch.wait().unwrap() && watch.wait().unwrap());
        std::fs::write(dir.path().join("v.db-wal"), "x").unwrap();
        assert!(watch.wait().unwrap());
        // The distances begin anew.
        let start = Instant::now();
        assert!(watch.wait().unwrap() && watch.wait().unwrap());
        let elapsed = start.elapsed();
        assert!(elapsed >= Duration::from_millis(120), "{elapsed:?}");
    }
}
