//! What is listened on: addresses, sockets by path, and sockets that systemd has opened.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use listenfd::ListenFd;
use nix::sys::stat::{Mode, umask};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use crate::error::Error;

/// Where nobody has said anything else.
const DEFAULT: &str = "127.0.0.1:8787";
/// How long whoever listens on a socket may take to show it.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// What is listened on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An address or a name, with a port.
    Tcp(String),
    Unix(PathBuf),
}

/// A socket on which clients come in.
pub(super) enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener, #[expect(dead_code, reason = "it is there to be dropped")] Option<Made>),
}

/// A client that has come in.
pub(super) enum Stream {
    Tcp(TcpStream, IpAddr),
    Unix(UnixStream),
}

/// The file of a socket, which goes when the server does.
pub(super) struct Made {
    path: PathBuf,
    file: (u64, u64),
}

/// Opens all that is to be listened on.
///
/// # Errors
/// [`Error::Plain`] where secrets would cross a network in the clear, [`Error::Listen`] where it cannot be done.
pub(super) async fn open(addresses: &[Address], in_the_clear: bool) -> Result<Vec<Listener>, Error> {
    let mut listeners = activated()?;
    let default = [Address::Tcp(DEFAULT.to_owned())];
    let addresses = if addresses.is_empty() && listeners.is_empty() { &default } else { addresses };
    for address in addresses {
        listeners.push(match address {
            Address::Tcp(address) => Listener::Tcp(tcp(address, in_the_clear).await?),
            Address::Unix(path) => {
                let made = unix(path).await;
                let (listener, made) = made.map_err(|error| cannot(&format!("unix:{}", path.display()), error))?;
                Listener::Unix(listener, Some(made))
            }
        });
    }
    for listener in &listeners {
        if let Listener::Tcp(listener) = listener {
            let bound = listener.local_addr().map_err(Error::Server)?;
            refuse_plain(bound, in_the_clear)?;
        }
    }
    Ok(listeners)
}

/// Sockets that were opened by systemd (`sd_listen_fds`).
fn activated() -> Result<Vec<Listener>, Error> {
    let mut handed = ListenFd::from_env();
    let mut listeners = Vec::new();
    for at in 0..handed.len() {
        let not_one = |error: io::Error| cannot(&format!("the socket {at} that was handed over"), error);
        if let Ok(Some(listener)) = handed.take_tcp_listener(at) {
            listener.set_nonblocking(true).map_err(not_one)?;
            listeners.push(Listener::Tcp(TcpListener::from_std(listener).map_err(not_one)?));
        } else if let Some(listener) = handed.take_unix_listener(at).map_err(not_one)? {
            listener.set_nonblocking(true).map_err(not_one)?;
            // Its file is systemd's.
            listeners.push(Listener::Unix(UnixListener::from_std(listener).map_err(not_one)?, None));
        }
    }
    Ok(listeners)
}

async fn tcp(address: &str, in_the_clear: bool) -> Result<TcpListener, Error> {
    let found = tokio::net::lookup_host(address).await.map_err(|error| cannot(address, error))?;
    let mut found: Vec<SocketAddr> = found.collect();
    // Clients that try both find it either way.
    found.sort_by_key(SocketAddr::is_ipv6);
    for address in &found {
        refuse_plain(*address, in_the_clear)?;
    }
    TcpListener::bind(&*found).await.map_err(|error| cannot(address, error))
}

fn refuse_plain(address: SocketAddr, in_the_clear: bool) -> Result<(), Error> {
    if in_the_clear || address.ip().to_canonical().is_loopback() { Ok(()) } else { Err(Error::Plain { address }) }
}

/// A socket for its owner and group. One that a server has left behind is replaced, nothing else is.
async fn unix(path: &Path) -> io::Result<(UnixListener, Made)> {
    let listener = match bind(path) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            // Of two servers that find it abandoned, one takes its place and the other sees that.
            let directory = File::open(parent)?;
            directory.lock()?;
            if !fs::symlink_metadata(path)?.file_type().is_socket() {
                return Err(io::Error::other("there is a file that is no socket"));
            }
            let connected = tokio::time::timeout(SIGN_OF_LIFE, UnixStream::connect(path)).await;
            if !matches!(connected, Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused) {
                return Err(error);
            }
            fs::remove_file(path)?;
            bind(path)?
        }
        bound => bound?,
    };
    let made = fs::symlink_metadata(path)?;
    Ok((listener, Made { path: path.to_owned(), file: (made.dev(), made.ino()) }))
}

/// Binds a socket that is 0660 from the moment it exists. Nothing else is made meanwhile.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let before = umask(Mode::from_bits_truncate(0o117));
    let bound = UnixListener::bind(path);
    umask(before);
    bound
}

fn cannot(address: &str, why: io::Error) -> Error {
    Error::Listen { address: address.to_owned(), why }
}

impl Listener {
    /// How a client would name it.
    pub fn name(&self, tls: bool) -> String {
        match self {
            Listener::Tcp(listener) => {
                let scheme = if tls { "https" } else { "http" };
                listener.local_addr().map_or_else(|_| scheme.into(), |bound| format!("{scheme}://{bound}"))
            }
            Listener::Unix(listener, _) => {
                let bound = listener.local_addr().ok();
                let path = bound.as_ref().and_then(|bound| bound.as_pathname());
                format!("unix:{}", path.unwrap_or(Path::new("")).display())
            }
        }
    }

    pub async fn accept(&self) -> io::Result<Stream> {
        match self {
            Listener::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Without it small answers may wait; where it cannot be set they do.
                drop(stream.set_nodelay(true));
                Ok(Stream::Tcp(stream, peer.ip()))
            }
            Listener::Unix(listener, _) => Ok(Stream::Unix(listener.accept().await?.0)),
        }
    }
}

impl Stream {
    /// The same on the runtime of the thread that calls it.
    pub fn moved_here(self) -> io::Result<Stream> {
        Ok(match self {
            Stream::Tcp(stream, peer) => Stream::Tcp(TcpStream::from_std(stream.into_std()?)?, peer),
            Stream::Unix(stream) => Stream::Unix(UnixStream::from_std(stream.into_std()?)?),
        })
    }
}

/// The file goes, if it is still this one.
impl Drop for Made {
    fn drop(&mut self) {
        let there = fs::symlink_metadata(&self.path);
        if there.is_ok_and(|there| (there.dev(), there.ino()) == self.file) {
            // Where that is not allowed any more, the next server replaces it.
            drop(fs::remove_file(&self.path));
        }
    }
}
