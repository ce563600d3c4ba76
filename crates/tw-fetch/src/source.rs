use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tw_base::nearest;

use crate::error::FetchError;
use crate::policy::parse;

const OFFICIAL: &str = include_str!("../sources.toml");
const HOLE: &str = "{token}";

/// What a file must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One XML document.
    Xml,
    /// Rows of values with commas, semicolons or tabs between them.
    Csv,
    /// One JSON value.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// A ZIP archive.
    Zip,
}

impl Kind {
    /// Ending of the file's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Zip => "zip",
        }
    }

    /// Media type that the capture is listed with.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xml => "application/xml",
            Self::Csv => "text/csv",
            Self::Json => "application/json",
            Self::Jsonl => "application/jsonl",
            Self::Zip => "application/zip",
        }
    }
}

/// How far an address is known to be right. No address was fetched by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// The publisher's own page or notice gives the address; not fetched by us.
    PublisherDocument,
    /// Several independent projects report that they fetch from it; not fetched by us.
    Reported,
    /// One project reports it; not fetched by us.
    SingleReport,
}

/// The card of one file of one publisher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Id: lower-case letters, digits and `-`. Also the name of its folder.
    pub id: String,
    /// Id of the list, as the readers call it.
    pub list: String,
    /// Who publishes it.
    pub publisher: String,
    /// What it is.
    pub title: String,
    /// Where it lies; `{token}` stands for the user's own token.
    pub address: String,
    /// Other hosts that the address may lead on to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_hosts: Vec<String>,
    /// What it must look like.
    pub kind: Kind,
    /// Names that the root element of an XML document may have; empty if not checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<String>,
    /// A shorter file is refused: a stub, or an error.
    pub min_bytes: u64,
    /// A longer file is refused.
    pub max_bytes: u64,
    /// Licence, as the publisher states it.
    pub licence: String,
    /// Where the licence's text lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence_address: Option<String>,
    /// True if the licence limits use so far that the user must accept it first.
    #[serde(default)]
    pub accept_licence: bool,
    /// How to get the token that the address needs; none if it needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Ids of the files that belong to this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// Where the list of its changes lies (`delta.json`), or an index that names it (`index.json` with `delta_url`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta_index: Option<String>,
    /// How far the address is known to be right.
    pub verified: Verification,
    /// What else a user should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Source {
    /// The address with the user's token in it.
    pub(crate) fn filled(&self, token: Option<&str>) -> Result<String, FetchError> {
        let Some(how) = &self.token else { return Ok(self.address.clone()) };
        let sound = |token: &&str| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~=".contains(c);
            !token.is_empty() && token.len() <= 512 && token.chars().all(allowed)
        };
        let Some(token) = token.filter(sound) else {
            return Err(FetchError::Token { id: self.id.clone(), hint: format!("give {how}") });
        };
        Ok(self.address.replace(HOLE, token))
    }

    fn check(&self) -> Result<(), String> {
        let id = &self.id;
        if !is_id(id) {
            return Err(format!("`{id}` is no id: use lower-case letters, digits and `-`"));
        }
        if self.address.contains(HOLE) != self.token.is_some() {
            return Err(format!("`{id}`: `{HOLE}` in the address and `token` go together"));
        }
        if self.min_bytes > self.max_bytes || self.max_bytes == 0 {
            return Err(format!("`{id}`: no size lies between min_bytes and max_bytes"));
        }
        let address = self.address.replace(HOLE, "token");
        for address in [Some(&address), self.delta_index.as_ref()].into_iter().flatten() {
            parse(address).map_err(|why| format!("`{id}`: `{address}`: {why}"))?;
        }
        Ok(())
    }
}

/// The table of sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources(Vec<Source>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    source: Vec<Source>,
}

impl Sources {
    /// The sources that the program knows: `sources.toml`.
    ///
    /// # Errors
    /// Never with the file as shipped; a test reads it.
    pub fn official() -> Result<Self, FetchError> {
        Self::parse(OFFICIAL)
    }

    /// Reads a table.
    ///
    /// # Errors
    /// If it is no TOML, a card is not whole, an id comes twice, or `with` names no card.
    pub fn parse(text: &str) -> Result<Self, FetchError> {
        let card = |reason: String| FetchError::Card { reason };
        let table: Table = toml::from_str(text).map_err(|error| card(error.to_string().trim_end().to_owned()))?;
        let mut ids = BTreeSet::new();
        for source in &table.source {
            source.check().map_err(card)?;
            if !ids.insert(source.id.as_str()) {
                return Err(card(format!("`{}` comes twice", source.id)));
            }
        }
        for source in &table.source {
            if let Some(other) = source.with.iter().find(|other| !ids.contains(other.as_str())) {
                return Err(card(format!("`{}` goes with `{other}`, which has no card", source.id)));
            }
        }
        Ok(Self(table.source))
    }

    /// All cards, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter()
    }

    /// The card with this id.
    ///
    /// # Errors
    /// If there is none; the hint names the nearest.
    pub fn get(&self, id: &str) -> Result<&Source, FetchError> {
        self.0.iter().find(|source| source.id == id).ok_or_else(|| {
            let hint = match nearest(id, self.0.iter().map(|source| source.id.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", self.0.iter().map(|source| source.id.as_str()).collect::<Vec<_>>().join(", ")),
            };
            FetchError::UnknownSource { id: id.to_owned(), hint }
        })
    }

    /// The cards with these ids, each followed by the files that belong to it, none twice.
    ///
    /// # Errors
    /// If an id has no card.
    pub fn expand<S: AsRef<str>>(&self, ids: &[S]) -> Result<Vec<&Source>, FetchError> {
        let mut taken = BTreeSet::new();
        let mut list = Vec::new();
        for id in ids {
            let source = self.get(id.as_ref())?;
            for id in std::iter::once(&source.id).chain(&source.with) {
                if taken.insert(id.as_str()) {
                    list.push(self.get(id)?);
                }
            }
        }
        Ok(list)
    }

    /// The hosts of all cards.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<String> {
        let mut hosts = BTreeSet::new();
        for source in &self.0 {
            hosts.extend(source.redirect_hosts.iter().cloned());
            let addresses = [Some(&source.address), source.delta_index.as_ref()];
            let filled = addresses.into_iter().flatten().map(|address| address.replace(HOLE, "token"));
            hosts.extend(filled.filter_map(|address| parse(&address).ok().map(|place| place.host)));
        }
        hosts
    }
}

fn is_id(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 64 && text.chars().all(inner) && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_official_card_is_whole_and_every_address_is_https() {
        let sources = Sources::official().unwrap();
        for id in
            ["us-sdn-csv", "us-sdn-xml", "us-sdn-advanced", "us-csl", "un", "eu-fsf-xml", "uk-list-csv", "uk-list-xml", "os-sanctions"]
        {
            assert_eq!(sources.get(id).unwrap().id, id);
        }
        for source in sources.iter() {
            assert!(source.address.starts_with("https://"), "{}", source.id);
            assert!(!source.licence.is_empty() && !source.publisher.is_empty(), "{}", source.id);
            // A licence that forbids commercial use must be accepted first.
            assert_eq!(source.accept_licence, source.licence.contains("NC"), "{}", source.id);
        }
        let hosts = [
            "data.opensanctions.org",
            "data.trade.gov",
            "sanctionslist.fcdo.gov.uk",
            "sanctionslistservice.ofac.treas.gov",
            "scsanctions.un.org",
            "unsolprodfiles.blob.core.windows.net",
            "wc2h-sls-prod-public-published.s3.us-gov-west-1.amazonaws.com",
            "webgate.ec.europa.eu",
        ];
        assert!(sources.hosts().iter().map(String::as_str).eq(hosts), "{:?}", sources.hosts());
    }

    #[test]
    fn a_set_of_files_is_expanded_once_and_a_mistyped_id_is_answered() {
        let sources = Sources::official().unwrap();
        let list = sources.expand(&["us-sdn-csv", "us-sdn-alt-csv", "un"]).unwrap();
        let ids: Vec<_> = list.iter().map(|source| source.id.as_str()).collect();
        assert_eq!(ids, ["us-sdn-csv", "us-sdn-alt-csv", "us-sdn-add-csv", "us-sdn-comments-csv", "un"]);
        let error = sources.expand(&["us-sdn-xm"]).unwrap_err();
        assert_eq!(error.hint(), Some("did you mean `us-sdn-xml`?"));
        assert_eq!(error.exit(), tw_base::Exit::Usage);
    }

    #[test]
    fn a_token_is_filled_in_only_if_it_can_be_one() {
        let sources = Sources::official().unwrap();
        let eu = sources.get("eu-fsf-xml").unwrap();
        assert!(eu.filled(Some("dG9r-_x=")).unwrap().ends_with("/content?token=dG9r-_x="));
        for bad in [None, Some(""), Some("a&b=c"), Some("a b"), Some("a#"), Some("a/../b")] {
            let error = eu.filled(bad).unwrap_err();
            assert!(error.hint().unwrap().contains("EU Login"), "{bad:?}");
        }
        assert_eq!(sources.get("un").unwrap().filled(Some("unused")).unwrap(), sources.get("un").unwrap().address);
    }

    #[test]
    fn a_card_that_is_not_whole_is_refused() {
        let card = |change: (&str, &str)| {
            let text = "[[source]]\nid = \"a\"\nlist = \"A\"\npublisher = \"P\"\ntitle = \"T\"\naddress = \"https://a.example/x\"\nkind = \"xml\"\n\
                        min_bytes = 1\nmax_bytes = 9\nlicence = \"L\"\nverified = \"reported\"\n";
            Sources::parse(&text.replace(change.0, change.1)).map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(card(("", "")), Ok(()));
        for (change, part) in [
            (("\"a\"", "\"../a\""), "is no id"),
            (("max_bytes = 9", "max_bytes = 0"), "no size"),
            (("/x\"", "/{token}\""), "go together"),
            (("https://a.example/x", "ftp://a.example/x"), "neither https nor http"),
            (("https://a.example/x", "https://u:p@a.example/x"), "user name"),
            (("licence = \"L\"\n", ""), "licence"),
            (("title", "titel"), "titel"),
            (("verified", "with = [\"b\"]\nverified"), "no card"),
        ] {
            let error = card(change).unwrap_err();
            assert!(error.contains(part), "{change:?}: {error}");
        }
    }
}
