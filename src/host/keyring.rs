//! The Linux kernel's keyring of this user: bytes that stay in the kernel's memory until a time that the kernel itself
//! keeps. Nothing of it ever lies in a file.
//!
//! A key is made in the ring of this process, where it dies with it, given its end and its permissions, and only then
//! linked to the user's ring: there is no moment at which others could find one without an end.

use std::time::Duration;

use linux_keyutils::{Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission};
use nix::libc;
use zeroize::Zeroizing;

use super::{Keyring, NoKeyring};

/// More than anything that is kept.
const MOST: usize = 256;

/// The user's ring, within reach of this process whatever session it belongs to.
struct UserRing {
    user: KeyRing,
    process: KeyRing,
}

pub(super) fn find() -> Result<Box<dyn Keyring>, NoKeyring> {
    let reach = || {
        let process = KeyRing::from_special_id(KeyRingIdentifier::Process, true)?;
        let user = KeyRing::from_special_id(KeyRingIdentifier::User, true)?;
        // A session may have a ring of its own from which the user's cannot be reached.
        process.link_keyring(user)?;
        Ok(UserRing { user, process })
    };
    reach().map(|ring| Box::new(ring) as Box<dyn Keyring>).map_err(unusable)
}

impl UserRing {
    fn key(&self, name: &str) -> Result<Option<Key>, NoKeyring> {
        match self.user.search(name) {
            Ok(key) => Ok(Some(key)),
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(None),
            Err(error) => Err(unusable(error)),
        }
    }
}

impl Keyring for UserRing {
    fn keep(&self, name: &str, bytes: &[u8], life: Duration) -> Result<(), NoKeyring> {
        let keep = || {
            let key = self.process.add_key(name, bytes)?;
            // The kernel counts in seconds, and zero would be for ever.
            key.set_timeout(usize::try_from(life.as_secs()).unwrap_or(usize::MAX).clamp(1, u32::MAX as usize))?;
            let whole = Permission::ALL;
            let user = Permission::VIEW | Permission::READ | Permission::SEARCH | Permission::WRITE;
            key.set_perms(KeyPermissionsBuilder::builder().posessor(whole).user(user).build())?;
            // It takes the place of one of the same name.
            self.user.link_key(key)
        };
        keep().map_err(unusable)
    }

    fn kept(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, NoKeyring> {
        let Some(key) = self.key(name)? else { return Ok(None) };
        let mut bytes = Zeroizing::new(vec![0; MOST]);
        match key.read(&mut *bytes) {
            Ok(length) => {
                bytes.truncate(length);
                Ok(Some(bytes))
            }
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(None),
            Err(error) => Err(unusable(error)),
        }
    }

    fn forget(&self, name: &str) -> Result<bool, NoKeyring> {
        let Some(key) = self.key(name)? else { return Ok(false) };
        // Who holds its number already cannot read it any more either.
        key.revoke().and_then(|()| self.user.unlink_key(key)).map_err(unusable)?;
        Ok(true)
    }
}

/// Containers forbid the calls (EPERM), kernels may be built without them (ENOSYS, EOPNOTSUPP).
fn unusable(error: KeyError) -> NoKeyring {
    match error {
        KeyError::PermissionDenied | KeyError::AccessDenied => NoKeyring::Forbidden,
        KeyError::QuotaExceeded => NoKeyring::Full,
        KeyError::OperationNotSupported | KeyError::Unknown(libc::ENOSYS) => NoKeyring::None,
        error => NoKeyring::Unusable(error.to_string()),
    }
}
