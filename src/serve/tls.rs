//! TLS (RFC 8446): the certificate and its key, read again when their files change. Connections that are open keep what
//! they began with.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use crate::error::Error;

/// A certificate and its private key, by their files.
pub struct Pair {
    pub cert: PathBuf,
    pub key: PathBuf,
}

pub(super) struct Tls {
    pair: Pair,
    held: Mutex<Held>,
}

struct Held {
    config: Arc<ServerConfig>,
    /// What the files looked like when they were last read.
    seen: [Seen; 2],
}

/// What changes with a file; `None` while there is none.
type Seen = Option<(u64, u64, (i64, i64), (i64, i64))>;

impl Tls {
    /// # Errors
    /// What is wrong with the files.
    pub fn new(pair: Pair) -> Result<Tls, Error> {
        let seen = pair.seen();
        let config = pair.read()?;
        if fs::metadata(&pair.key).is_ok_and(|meta| meta.mode() & 0o004 != 0) {
            tracing::warn!("everybody on this machine can read the private key: `chmod o-r` closes it");
        }
        Ok(Tls { pair, held: Mutex::new(Held { config, seen }) })
    }

    pub fn acceptor(&self) -> TlsAcceptor {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&held.config).into()
    }

    /// Reads the files again if they have changed. What does not fit together waits for the next change.
    pub fn look_again(&self) {
        let seen = self.pair.seen();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.seen == seen {
            return;
        }
        held.seen = seen;
        match self.pair.read() {
            Ok(config) => {
                held.config = config;
                tracing::info!("the certificate was read again");
            }
            Err(error) => tracing::warn!(%error, "the certificate was changed; the one before stays in use"),
        }
    }
}

impl Pair {
    fn seen(&self) -> [Seen; 2] {
        [&self.cert, &self.key].map(|path| {
            let meta = fs::metadata(path).ok()?;
            let (changed, written) = ((meta.ctime(), meta.ctime_nsec()), (meta.mtime(), meta.mtime_nsec()));
            Some((meta.dev(), meta.ino(), changed, written))
        })
    }

    fn read(&self) -> Result<Arc<ServerConfig>, Error> {
        let certs = CertificateDer::pem_file_iter(&self.cert).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let certs = certs.and_then(|certs| if certs.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(certs) });
        let certs = certs.map_err(|error| unreadable("--tls-cert", &self.cert, "certificate", &error))?;
        let key = PrivateKeyDer::from_pem_file(&self.key);
        let key = key.map_err(|error| match is_encrypted(&self.key) {
            true => Error::Input {
                what: format!("--tls-key {}", self.key.display()),
                why: "the private key is encrypted, and nobody is there to decrypt it".into(),
                hint: "decrypt it with `openssl pkey -in KEY -out PLAIN`, and let only the server's user read that",
            },
            false => unreadable("--tls-key", &self.key, "private key", &error),
        })?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(certs, key));
        let mut config = config.map_err(|error| Error::Input {
            what: "--tls-cert and --tls-key".into(),
            why: match error {
                rustls::Error::InconsistentKeys(_) => "the certificate and the key do not fit together".into(),
                error => format!("the certificate and the key cannot be used: {error}"),
            },
            hint: "name the certificate first in its file, and the key it was made with",
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// As PKCS #8 has it (RFC 7468, section 11), or as OpenSSL had it before.
fn is_encrypted(key: &Path) -> bool {
    let text = fs::read(key).map(Zeroizing::new);
    text.is_ok_and(|text| {
        let text = String::from_utf8_lossy(&text);
        text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("\nProc-Type: 4,ENCRYPTED")
    })
}

fn unreadable(flag: &str, path: &Path, what: &str, error: &pem::Error) -> Error {
    let why = match error {
        pem::Error::NoItemsFound => format!("there is no {what} in it"),
        pem::Error::Io(error) => error.to_string(),
        // What stands in the file is nobody's business.
        _ => "it is no PEM".into(),
    };
    Error::Input {
        what: format!("{flag} {}", path.display()),
        why,
        hint: "name a PEM file that the server's user can read",
    }
}
