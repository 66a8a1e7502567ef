//! Clients that present secrets which are not good are slowed: by a token bucket, kept as the time at which it will be
//! full again (the generic cell rate algorithm of ATM Forum TM 4.0, section 4.4.2). Who presents a good one is never
//! asked about here.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use quick_cache::sync::Cache;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// So many clients are remembered; of more, those that have failed least lately are forgotten.
const MOST_CLIENTS: usize = 1 << 16;

/// What is bounded, and whom a proxy may speak for.
pub struct Limits {
    /// At once.
    pub connections: u32,
    /// How often a client may fail at once, and how often in a second from then on; 0 of either slows nobody.
    pub fail_burst: u32,
    pub fail_rate: u32,
    /// Proxies that are believed who their clients are.
    pub trusted: Vec<IpNet>,
}

/// An address or a network, as one writes it.
pub fn network(word: &str) -> Option<IpNet> {
    match word.parse() {
        Ok(network) => Some(network),
        Err(_) => word.parse().ok().map(|address: IpAddr| IpNet::from(address.to_canonical())),
    }
}

/// What is asked of one client: the network that somebody has for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Client(IpAddr);

pub(super) struct Throttle {
    start: Instant,
    /// Between two failures of a client that fails all the time; `None` slows nobody.
    interval: Option<u64>,
    /// How far ahead of now a bucket may be filled, in nanoseconds.
    ahead: u64,
    /// When each client's bucket will be full again, in nanoseconds since the start.
    full_at: Cache<Client, Arc<AtomicU64>>,
    trusted: Vec<IpNet>,
    /// When somebody was last told of, in seconds since the start.
    told: AtomicU64,
}

impl Throttle {
    pub fn new(limits: &Limits) -> Throttle {
        let (burst, rate) = (u64::from(limits.fail_burst), u64::from(limits.fail_rate));
        let interval = 1_000_000_000_u64.checked_div(rate).filter(|_| burst > 0);
        Throttle {
            start: Instant::now(),
            interval,
            ahead: interval.unwrap_or_default().saturating_mul(burst.saturating_sub(1)),
            full_at: Cache::new(MOST_CLIENTS),
            trusted: limits.trusted.clone(),
            told: AtomicU64::new(u64::MAX),
        }
    }

    /// Whether the log is to tell of it: once a second, however many are slowed.
    pub fn is_to_be_told(&self) -> bool {
        let now = self.start.elapsed().as_secs();
        self.told.swap(now, Ordering::Relaxed) != now
    }

    /// Who asks: whoever has connected, or for whom a trusted proxy speaks.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).iter().collect::<Vec<_>>();
        // Each proxy adds at the end whom it has heard, so what stands further left is said by those further right.
        let hops = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        for hop in hops {
            if !self.trusted.iter().any(|network| network.contains(&client)) {
                break;
            }
            let Some(address) = address(hop) else { break };
            client = address.to_canonical();
        }
        client
    }

    /// Takes note of a failure. `Err` has the time after which the client may fail again.
    pub fn failed(&self, client: IpAddr) -> Result<(), Duration> {
        let now = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.failed_at(Client::of(client), now).map_err(Duration::from_nanos)
    }

    fn failed_at(&self, client: Client, now: u64) -> Result<(), u64> {
        let Some(interval) = self.interval else { return Ok(()) };
        let full_at = self.full_at.get_or_insert_with(&client, || Ok::<_, ()>(Arc::default())).unwrap_or_default();
        let take = |full_at: u64| {
            let full_at = full_at.max(now);
            (full_at - now <= self.ahead).then(|| full_at.saturating_add(interval))
        };
        let taken = full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.map(drop).map_err(|full_at| full_at.saturating_sub(now).saturating_sub(self.ahead))
    }
}

impl Client {
    /// Of IPv6 the first 64 bits: the rest is chosen by whoever has them (RFC 4291, section 2.5.4).
    fn of(address: IpAddr) -> Client {
        match address.to_canonical() {
            IpAddr::V6(address) => Client(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
            address => Client(address),
        }
    }
}

/// An address as proxies write it: some add the port.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| Some(hop.parse::<std::net::SocketAddr>().ok()?.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn throttle(fail_burst: u32, fail_rate: u32, trusted: &[&str]) -> Throttle {
        let trusted = trusted.iter().map(|word| network(word).unwrap()).collect();
        Throttle::new(&Limits { connections: 1, fail_burst, fail_rate, trusted })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarded(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (FORWARDED_FOR, line.parse().unwrap())).collect()
    }

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let throttle = throttle(200, 20, &[]);
        let client = Client::of(ip("192.0.2.1"));
        let passed = |at| (0..1000).filter(|_| throttle.failed_at(client, at).is_ok()).count();
        assert_eq!(passed(0), 200);
        assert_eq!(throttle.failed_at(client, 0), Err(SECOND / 20));
        assert_eq!(throttle.failed_at(client, SECOND / 20 - 1), Err(1));
        assert_eq!(passed(SECOND), 20);
        assert_eq!(passed(SECOND * 1000), 200, "no more than a burst is saved up");
        assert!(throttle.failed_at(Client::of(ip("192.0.2.2")), 0).is_ok(), "another has a bucket of its own");
    }

    #[test]
    fn many_at_once_pass_no_more_than_one() {
        let throttle = throttle(200, 20, &[]);
        let client = Client::of(ip("192.0.2.1"));
        let passed = AtomicU64::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        passed.fetch_add(u64::from(throttle.failed_at(client, 7).is_ok()), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(passed.into_inner(), 200);
    }

    #[test]
    fn nobody_is_slowed_where_that_is_turned_off() {
        for (burst, rate) in [(0, 20), (200, 0), (0, 0)] {
            let throttle = throttle(burst, rate, &[]);
            assert!((0..1000).all(|_| throttle.failed(ip("192.0.2.1")).is_ok()));
        }
    }

    #[test]
    fn many_addresses_take_no_more_memory() {
        let throttle = throttle(1, 1, &[]);
        for number in 0..4 * MOST_CLIENTS as u32 {
            let _ = throttle.failed(IpAddr::V4(number.into()));
        }
        assert!(throttle.full_at.len() <= MOST_CLIENTS);
    }

    #[test]
    fn one_client_is_one_however_it_is_written() {
        let same = |one, other| Client::of(ip(one)) == Client::of(ip(other));
        assert!(same("192.0.2.1", "::ffff:192.0.2.1"));
        assert!(same("2001:db8::1", "2001:db8::ffff:0:0:1"));
        assert!(!same("2001:db8:0:1::1", "2001:db8:0:2::1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
    }

    #[test]
    fn only_a_trusted_proxy_speaks_for_others() {
        let throttle = throttle(1, 1, &["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
        for (peer, lines, client) in [
            ("127.0.0.1", &[][..], "127.0.0.1"),
            ("192.0.2.9", &["203.0.113.7"], "192.0.2.9"),
            ("127.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            ("::ffff:127.0.0.1", &["203.0.113.7"], "203.0.113.7"),
            // What a client has put there itself stands left of what the proxy adds.
            ("127.0.0.1", &["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", &["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", &["198.51.100.1, 203.0.113.7, 10.1.2.3"], "203.0.113.7"),
            ("127.0.0.1", &["203.0.113.7 ,10.1.2.3", "fd00::5"], "203.0.113.7"),
            ("127.0.0.1", &["10.1.2.3"], "10.1.2.3"),
            ("127.0.0.1", &["203.0.113.7:4711"], "203.0.113.7"),
            ("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("127.0.0.1", &["[2001:db8::1]"], "2001:db8::1"),
            ("127.0.0.1", &["::ffff:203.0.113.7"], "203.0.113.7"),
            // Who says nothing readable answers for it.
            ("127.0.0.1", &["203.0.113.7, unknown"], "127.0.0.1"),
            ("127.0.0.1", &["203.0.113.7, , 10.1.2.3"], "10.1.2.3"),
            ("127.0.0.1", &[""], "127.0.0.1"),
        ] {
            assert_eq!(throttle.client(ip(peer), &forwarded(lines)), ip(client), "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_network_is_read_as_one_writes_it() {
        assert_eq!(network("10.1.2.3").unwrap().to_string(), "10.1.2.3/32");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        assert!(network("10.0.0.0/8").unwrap().contains(&ip("10.9.9.9")));
        for wrong in ["", "10.0.0.0/33", "10.0.0", "proxy", "10.0.0.0/", "1.2.3.4:80"] {
            assert_eq!(network(wrong), None, "{wrong}");
        }
    }
}
