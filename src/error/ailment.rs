//! Which errors tell what is wrong with a vault. The others only tell that nothing could be found out.

use super::Error;
use super::hint::chmod;
use crate::store;
use crate::vault::{self, CannotUnwrap};

impl Error {
    /// Its name among what `jeton doctor` finds, which never changes; `None` if it tells nothing about a vault.
    pub fn ailment(&self) -> Option<&'static str> {
        use store::Error as S;
        use vault::Error as V;
        let Error::Vault(error) = self else { return None };
        match error {
            V::Store(error) => match error {
                S::NotOurs { .. } => Some("not-ours"),
                S::Exposed { .. } => Some("exposed"),
                S::Unreadable { .. } => Some("unreadable"),
                S::Link(_) => Some("link"),
                S::TwoNames(_) => Some("two-names"),
                S::OpenDirectory { .. } => Some("open-directory"),
                S::ForeignDirectory { .. } => Some("foreign-directory"),
                S::NotAVault { .. } => Some("not-a-vault"),
                S::Newer { .. } => Some("newer"),
                S::Damaged { .. } | S::Database { .. } => Some("damaged"),
                S::LogUnreadable(_) => Some("log-unreadable"),
                S::Absent(_) | S::ForeignLog(_) | S::NamedLikeALog { .. } | S::Taken { .. } | S::Copy { .. } => None,
                S::Busy(_) | S::BeingRead(_) | S::Full(_) | S::ReadOnly(_) | S::Io { .. } => None,
            },
            V::ChainBroken { .. } | V::NoAncestor { .. } | V::LogDamaged => Some("log-tampered"),
            V::PolicyDamaged => Some("policy-damaged"),
            V::KeysDamaged | V::Unlock(CannotUnwrap::Excessive) => Some("keys-damaged"),
            V::CopyDamaged { .. } | V::CopyUnsound { .. } | V::NoSecret => Some("damaged"),
            V::Unlock(CannotUnwrap::WrongPassphrase | CannotUnwrap::NoMemory) => None,
            V::Unknown { .. } | V::Exists { .. } | V::UnknownSecret | V::Name(_) | V::Expiry(_) => None,
            V::EndlessSession | V::TooManyScopes | V::Policy(_) | V::PolicyValue(_) | V::Contradiction => None,
            V::OldSecretUsed { .. } | V::ShowOnceVault | V::NoCopy { .. } | V::KeysChanged => None,
            V::OtherDigest { .. } | V::Beyond(_) | V::CallerEnded | V::CallerLacks => None,
        }
    }

    /// The one command that mends it, as it is typed, where there is one.
    pub fn remedy(&self) -> Option<String> {
        let Error::Vault(vault::Error::Store(error)) = self else { return None };
        match error {
            store::Error::Exposed { path, .. } | store::Error::Unreadable { path, .. } => Some(chmod("600", path)),
            store::Error::OpenDirectory { path, .. } => Some(chmod("go-w", path)),
            _ => None,
        }
    }
}
