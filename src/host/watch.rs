//! Waiting until somebody writes a vault. SQLite writes the file itself or the log beside it, so their directory is
//! watched for both (inotify(7)).

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use super::{Changes, Error};

struct Watch {
    inotify: Inotify,
    /// The file's name, with which those beside it begin too.
    name: OsString,
}

pub(super) fn begin(path: &Path) -> io::Result<Box<dyn Changes>> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let inotify = Inotify::init(InitFlags::IN_CLOEXEC)?;
    let written = AddWatchFlags::IN_MODIFY | AddWatchFlags::IN_CREATE | AddWatchFlags::IN_MOVED_TO;
    inotify.add_watch(directory, written | AddWatchFlags::IN_ONLYDIR)?;
    Ok(Box::new(Watch { inotify, name: path.file_name().unwrap_or_default().to_owned() }))
}

impl Changes for Watch {
    fn wait(&mut self) -> Result<bool, Error> {
        loop {
            let events = match self.inotify.read_events() {
                Err(nix::errno::Errno::EINTR) => continue,
                events => events.map_err(|errno| Error::NoWatch(errno.to_string()))?,
            };
            // Without a name: events were lost, so anything may have happened.
            let ours = |name: &OsStr| name.as_bytes().starts_with(self.name.as_bytes());
            if events.iter().any(|event| event.name.as_deref().is_none_or(ours)) {
                return Ok(true);
            }
        }
    }
}
