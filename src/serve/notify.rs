//! Tells whoever has started the server, if that is systemd, how far it is (sd_notify).

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Sends `state` to a socket by its path or, behind an `@`, by its abstract name.
pub(super) fn tell(socket: Option<&OsStr>, state: &str) {
    if let Some(socket) = socket
        && let Err(error) = send(socket, state)
    {
        tracing::warn!(%error, "systemd could not be told");
    }
}

fn send(socket: &OsStr, state: &str) -> io::Result<()> {
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address).map(drop)
}
