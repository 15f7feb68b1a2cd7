//! Where a callback address leads: to this switchboard, out of Twilio's reach, or elsewhere.
//!
//! Old programs pass the switchboard's own callback route, to follow a call on that channel over Pusher. Twilio itself
//! gets an address that cannot be guessed.

use std::net::{IpAddr, Ipv4Addr};

use benspamsphones_app::app::CALLBACK_PATH;
use benspamsphones_core::is_private_channel;
use url::{Host as UrlHost, Url};

use super::Shared;
use crate::addresses;
use crate::net::host::Host;

/// Domains that only resolve within a local network.
const LOCAL_ENDS: [&str; 6] = [".localhost", ".local", ".internal", ".lan", ".home", ".home.arpa"];

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Leads {
    ToChannel(String),
    /// To this switchboard, but not to a callback route.
    Nowhere,
    /// To a private network that Twilio can't reach.
    OutOfTwiliosReach,
    /// To another server.
    Elsewhere,
}

pub(crate) struct Own<'a> {
    pub(crate) is_name: &'a dyn Fn(&str) -> bool,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) ports: Vec<u16>,
    pub(crate) public: Vec<Url>,
    /// The host of this request: a proxy may use a name for us that we don't know.
    pub(crate) asked_for: Option<Host>,
}

impl Shared {
    /// Where an address leads for a client that asked for this host.
    pub(crate) fn leads(&self, address: &str, asked_for: Option<Host>) -> Leads {
        let own = Own {
            is_name: &|name| self.perimeter.knows_name(name),
            addresses: addresses::all(),
            ports: vec![self.place.lan.port(), self.place.bound.port(), self.place.webhook.port()],
            public: self.app.public_urls(),
            asked_for,
        };
        own.leads(address)
    }
}

impl Own<'_> {
    fn leads(&self, address: &str) -> Leads {
        let Ok(url) = Url::parse(address) else { return Leads::Elsewhere };
        let Some(host) = url.host() else { return Leads::Elsewhere };
        let is_listener = self.is_listener(&url, &host);
        if is_listener || self.may_be_proxied(&url, &host) {
            let mut below = self.below_callback_path(&url).peekable();
            // Behind a proxy, other paths may belong to other programs.
            let is_own = is_listener || below.peek().is_some();
            if let Some(channel) = below.find_map(channel) {
                return Leads::ToChannel(channel);
            }
            if is_own {
                return Leads::Nowhere;
            }
        }
        if is_out_of_reach(&host) { Leads::OutOfTwiliosReach } else { Leads::Elsewhere }
    }

    fn is_listener(&self, url: &Url, host: &UrlHost<&str>) -> bool {
        let port = url.port_or_known_default();
        self.is_own_host(host) && port.is_some_and(|port| self.ports.contains(&port))
    }

    fn may_be_proxied(&self, url: &Url, host: &UrlHost<&str>) -> bool {
        let name = without_dot(host);
        let port = url.port_or_known_default();
        // A default port may belong to a proxy or a router.
        let usual = url.port().is_none();
        let asked_for = self.asked_for.as_ref().is_some_and(|asked| {
            asked.name() == name && (asked.port() == port || (usual && asked.port().is_none()))
        });
        let public = self.public.iter().any(|public| {
            let same_name = public.host().is_some_and(|public| without_dot(&public) == name);
            same_name && (public.port_or_known_default() == port || (usual && public.port().is_none()))
        });
        asked_for || public || (usual && self.is_own_host(host))
    }

    fn is_own_host(&self, host: &UrlHost<&str>) -> bool {
        match host {
            UrlHost::Domain(_) => (self.is_name)(&without_dot(host)),
            UrlHost::Ipv4(address) => self.is_address((*address).into()),
            UrlHost::Ipv6(address) => self.is_address(address.to_canonical()),
        }
    }

    fn is_address(&self, address: IpAddr) -> bool {
        address.is_loopback() || address.is_unspecified() || self.addresses.contains(&address)
    }

    /// The rest after the callback path, with or without the path of a public address.
    fn below_callback_path<'a>(&'a self, url: &'a Url) -> impl Iterator<Item = &'a str> {
        let bases = self.public.iter().map(|public| public.path().trim_end_matches('/')).chain([""]);
        bases.filter_map(|base| url.path().strip_prefix(base)?.strip_prefix(CALLBACK_PATH))
    }
}

fn channel(escaped: &str) -> Option<String> {
    let escaped = escaped.trim_end_matches('/');
    let channel = percent_encoding::percent_decode_str(escaped).decode_utf8().ok()?;
    is_private_channel(&channel).then(|| channel.into_owned())
}

/// Without the trailing dot of a fully qualified name. Parsing already made it lower case.
fn without_dot(host: &UrlHost<&str>) -> String {
    let name = host.to_string();
    name.strip_suffix('.').map(str::to_owned).unwrap_or(name)
}

/// Whether the host can't refer to the same machine from the internet.
fn is_out_of_reach(host: &UrlHost<&str>) -> bool {
    const SHARED: Ipv4Addr = Ipv4Addr::new(100, 64, 0, 0);
    let of_v4 = |address: Ipv4Addr| {
        // RFC 6598: 100.64.0.0/10.
        let shared = address.to_bits() & 0xffc0_0000 == SHARED.to_bits();
        address.is_loopback()
            || address.is_private()
            || address.is_link_local()
            || address.is_unspecified()
            || shared
    };
    match host {
        UrlHost::Ipv4(address) => of_v4(*address),
        UrlHost::Ipv6(address) => match address.to_canonical() {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => {
                let local = address.is_unique_local() || address.is_unicast_link_local();
                address.is_loopback() || address.is_unspecified() || local
            }
        },
        UrlHost::Domain(_) => {
            let name = without_dot(host);
            !name.contains('.') || LOCAL_ENDS.iter().any(|end| name.ends_with(end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTE: &str = "/api/twilio_update/private-12345678";

    fn leads(address: &str) -> Leads {
        let names = ["localhost", "desk", "desk.local", "calls.example.com", "switchboard.example"];
        let own = Own {
            is_name: &|name| names.contains(&name),
            addresses: vec!["192.168.1.7".parse().unwrap(), "2001:db8::7".parse().unwrap()],
            ports: vec![9001, 9002],
            public: vec!["https://calls.example.com/phones".parse().unwrap()],
            asked_for: Host::parse("proxy.example:8443"),
        };
        own.leads(address)
    }

    #[test]
    fn each_of_our_names_leads_to_the_channel() {
        for before in [
            "http://localhost:9001",
            "http://localhost.:9001",
            "http://LOCALHOST:9002",
            "http://127.0.0.1:9001",
            "http://127.1:9001",
            "http://2130706433:9001",
            "http://0.0.0.0:9001",
            "http://[::1]:9001",
            "http://[::ffff:127.0.0.1]:9001",
            "http://192.168.1.7:9001",
            "https://192.168.1.7:9001",
            "http://[2001:db8::7]:9001",
            "HTTP://Desk:9001",
            "http://desk.local:9001",
            "http://desk",
            "http://admin:password@desk:9001",
            "https://Calls.Example.com/phones",
            "https://calls.example.com:443/phones",
            "https://calls.example.com./phones/",
            "https://calls.example.com",
            "http://calls.example.com",
            "https://switchboard.example",
            "https://proxy.example:8443",
        ] {
            let before = before.trim_end_matches('/');
            for after in ["", "/", "?x=1", "#x"] {
                let address = format!("{before}{ROUTE}{after}");
                assert_eq!(leads(&address), Leads::ToChannel("private-12345678".into()), "{address}");
            }
        }
        let escaped = "http://desk:9001/api/twilio_update/private%2D12345678";
        assert_eq!(leads(escaped), Leads::ToChannel("private-12345678".into()));
    }

    #[test]
    fn what_is_ours_and_takes_no_reports_is_told_from_what_is_not_ours() {
        for ours in [
            "http://192.168.1.7:9001/api/twilio_update/public",
            "http://192.168.1.7:9001/api/twilio_update/private-a/b",
            "http://192.168.1.7:9001/api/twilio_update/",
            "http://desk:9001/phones/api/twilio_update",
            "http://localhost:9002/other",
            "https://calls.example.com/api/twilio_update/public",
            "https://calls.example.com/phones/api/twilio_update/public",
            "https://proxy.example:8443/api/twilio_update/",
            "http://desk/api/twilio_update/public",
        ] {
            assert_eq!(leads(ours), Leads::Nowhere, "{ours}");
        }
        // Another program may be behind the same proxy, or listen on the default port.
        for other in [
            "https://calls.example.com/other",
            "https://calls.example.com/phones",
            "https://calls.example.com/phones/other",
            "https://calls.example.com/other/api/twilio_update/private-12345678",
            "https://calls.example.com/api/twilio_update",
            "https://switchboard.example/hooks",
            "https://proxy.example:8443/hooks",
        ] {
            assert_eq!(leads(other), Leads::Elsewhere, "{other}");
        }
        for other in ["http://desk/other", "http://localhost/hooks", "https://127.0.0.1/api/twilio_update"] {
            assert_eq!(leads(other), Leads::OutOfTwiliosReach, "{other}");
        }
        for near in [
            "http://192.168.1.8:9001",
            "http://127.0.0.1:9003",
            "http://10.0.0.1",
            "http://100.64.0.1",
            "http://[fd00::1]",
            "http://nas",
            "http://nas.local",
            "http://nas.home.arpa",
        ] {
            assert_eq!(leads(&format!("{near}{ROUTE}")), Leads::OutOfTwiliosReach, "{near}");
        }
        for far in [
            "https://other.example",
            "https://calls.example.com:8443",
            "https://proxy.example",
            "https://100.128.0.1",
            "https://desk.example",
        ] {
            assert_eq!(leads(&format!("{far}{ROUTE}")), Leads::Elsewhere, "{far}");
        }
        assert_eq!(leads("nonsense"), Leads::Elsewhere);
    }
}
