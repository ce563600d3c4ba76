use std::collections::BTreeSet;

use ureq::http::Uri;

use crate::source::Sources;

/// Which connections are allowed.
///
/// The hosts of the cards, by HTTPS on port 443, and nothing else. A redirect may lead only to the card's own hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    offline: bool,
    hosts: BTreeSet<String>,
    loopback: bool,
}

impl Policy {
    /// Allows the hosts of these cards.
    #[must_use]
    pub fn of(sources: &Sources) -> Self {
        Self { offline: false, hosts: sources.hosts(), loopback: false }
    }

    /// Allows nothing.
    #[must_use]
    pub fn offline() -> Self {
        Self { offline: true, hosts: BTreeSet::new(), loopback: false }
    }

    /// Allows also this machine itself, without encryption: for tests and for a mirror on the same machine. A redirect from there may
    /// lead only to the same host and port.
    #[must_use]
    pub fn with_loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// True if no connection is allowed.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// Allows an address, or says why not. `from` is the place that led here, if one did, and `own` are the hosts of the card.
    pub(crate) fn check(&self, place: &Place, from: Option<&Place>, own: &[String]) -> Result<(), &'static str> {
        if self.offline {
            return Err("the program is offline");
        }
        if place.is_loopback() {
            if !self.loopback {
                return Err("this machine itself is no source");
            }
            let same = from.is_none_or(|from| from.host == place.host && from.port == place.port);
            return if same { Ok(()) } else { Err("a redirect on this machine must stay at its host and port") };
        }
        if !place.https {
            return Err("it is not encrypted (https)");
        }
        if place.port.is_some_and(|port| port != 443) {
            return Err("it names another port than 443");
        }
        if !self.hosts.contains(&place.host) {
            return Err("its host is on no card");
        }
        if from.is_some_and(|from| from.host != place.host) && !own.contains(&place.host) {
            return Err("the redirect leads to a host that the card does not name");
        }
        Ok(())
    }
}

/// A parsed absolute address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) https: bool,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    /// The whole address as the client takes it.
    pub(crate) uri: Uri,
}

impl Place {
    fn is_loopback(&self) -> bool {
        matches!(self.host.as_str(), "127.0.0.1" | "[::1]" | "localhost")
    }

    /// Scheme, host and path: a query may hold a token or a signature.
    pub(crate) fn shown(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{}{port}{}", self.host, self.uri.path())
    }

    /// Where a `Location` leads (RFC 9110 section 10.2.2): absolute, or relative to here.
    pub(crate) fn follow(&self, location: &str) -> Result<Self, &'static str> {
        let location = location.split('#').next().unwrap_or_default();
        let scheme = if self.https { "https" } else { "http" };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let root = format!("{scheme}://{}{port}", self.host);
        let path = self.uri.path();
        let address = if has_scheme(location) {
            location.to_owned()
        } else if location.starts_with("//") {
            format!("{scheme}:{location}")
        } else if location.starts_with('/') {
            format!("{root}{location}")
        } else if location.starts_with('?') {
            format!("{root}{path}{location}")
        } else if location.is_empty() {
            return Err("the redirect names no place");
        } else {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{root}{folder}/{location}")
        };
        parse(&address)
    }
}

/// True if the text begins with `letters:` (RFC 3986 section 3.1).
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Parses an absolute address; the parts are those that the client will use, so that what is checked is what is asked.
pub(crate) fn parse(address: &str) -> Result<Place, &'static str> {
    if address.len() > 4096 || !address.bytes().all(|byte| byte.is_ascii_graphic()) || address.contains('\\') {
        return Err("it is no address");
    }
    let uri: Uri = address.parse().map_err(|_| "it is no address")?;
    let https = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return Err("its scheme is neither https nor http"),
    };
    let Some(authority) = uri.authority() else { return Err("it names no host") };
    if authority.as_str().contains('@') {
        return Err("it holds a user name");
    }
    let host = authority.host().to_ascii_lowercase();
    if host.is_empty() {
        return Err("it names no host");
    }
    let after = authority.as_str().get(host.len()..).unwrap_or_default();
    let port = authority.port_u16();
    if port.is_none() && !after.is_empty() {
        return Err("its port is no number");
    }
    Ok(Place { https, host, port, uri })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allowed(address: &str, from: Option<&str>) -> Result<(), &'static str> {
        let sources = Sources::official().unwrap();
        let own = sources.get("un").unwrap().redirect_hosts.clone();
        Policy::of(&sources).check(&parse(address)?, from.map(|from| parse(from).unwrap()).as_ref(), &own)
    }

    #[test]
    fn only_the_hosts_of_the_cards_are_allowed_and_only_encrypted() {
        assert_eq!(allowed("https://scsanctions.un.org/x?y=z", None), Ok(()));
        assert_eq!(allowed("https://SCSANCTIONS.UN.ORG:443/x", None), Ok(()));
        assert_eq!(allowed("http://scsanctions.un.org/x", None), Err("it is not encrypted (https)"));
        assert_eq!(allowed("https://scsanctions.un.org:8443/x", None), Err("it names another port than 443"));
        assert_eq!(allowed("https://scsanctions.un.org.evil.example/x", None), Err("its host is on no card"));
        assert_eq!(allowed("https://scsanctions.un.org@evil.example/x", None), Err("it holds a user name"));
        assert_eq!(allowed("https://evil.example\\@scsanctions.un.org/", None), Err("it is no address"));
        assert_eq!(allowed("http://127.0.0.1:80/x", None), Err("this machine itself is no source"));
        assert!(allowed("file:///etc/hosts", None).is_err());
    }

    #[test]
    fn a_redirect_may_lead_only_to_the_hosts_of_its_own_card() {
        let un = Some("https://scsanctions.un.org/x");
        assert_eq!(allowed("https://unsolprodfiles.blob.core.windows.net/y", un), Ok(()));
        // Another card's host is not this card's host.
        assert!(allowed("https://data.trade.gov/y", un).is_err());
    }

    #[test]
    fn loopback_must_stay_at_its_port_and_offline_allows_nothing() {
        let policy = Policy::of(&Sources::official().unwrap()).with_loopback();
        let here = parse("http://127.0.0.1:81/").unwrap();
        assert_eq!(policy.check(&here, None, &[]), Ok(()));
        assert_eq!(policy.check(&here, Some(&here), &[]), Ok(()));
        assert!(policy.check(&parse("http://127.0.0.1:82/").unwrap(), Some(&here), &[]).is_err());
        assert!(policy.check(&parse("http://localhost:81/").unwrap(), Some(&here), &[]).is_err());
        assert!(policy.check(&here, Some(&parse("https://scsanctions.un.org/").unwrap()), &[]).is_err());
        assert!(Policy::offline().with_loopback().check(&here, None, &[]).is_err());
    }

    #[test]
    fn locations_are_followed_as_the_standard_says() {
        let here = parse("https://a.example/b/c?d=e").unwrap();
        for (location, expected) in [
            ("https://f.example/g", "https://f.example/g"),
            ("//f.example/g", "https://f.example/g"),
            ("/g?h", "https://a.example/g?h"),
            ("g", "https://a.example/b/g"),
            ("?i", "https://a.example/b/c?i"),
            ("/g#part", "https://a.example/g"),
        ] {
            assert_eq!(here.follow(location).unwrap().uri.to_string(), expected, "{location}");
        }
        for bad in ["", "javascript:alert(1)", "ht tp://x", "data:text/html,x"] {
            assert!(here.follow(bad).is_err(), "{bad}");
        }
        assert_eq!(parse("https://a.example/p?token=secret").unwrap().shown(), "https://a.example/p");
    }

    proptest! {
        #[test]
        fn no_address_panics_and_none_leaves_the_hosts(text in ".{0,60}", prefix in prop::sample::select(vec!["", "https://", "http://", "//", "/"])) {
            let text = format!("{prefix}{text}");
            let here = parse("https://scsanctions.un.org/x").unwrap();
            if let Ok(place) = here.follow(&text) {
                let sources = Sources::official().unwrap();
                let allowed = Policy::of(&sources).check(&place, Some(&here), &[]).is_ok();
                prop_assert!(!allowed || (place.https && place.uri.host() == Some("scsanctions.un.org")));
            }
        }
    }
}
