//! XML as a stream of small trees: one entry of a list in memory at a time.
//!
//! No document type definition is taken, no entity is expanded but the five that XML itself has, nothing is fetched.

use std::collections::HashSet;
use std::io::BufReader;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use tw_base::{Refusal, Span};

use crate::input::{Allowance, Bounded, Input};

/// Longest text, tag or comment: 1 MiB. The longest statement of reasons on a list today has about 20,000 characters.
const MOST_TEXT: usize = 1 << 20;
/// Deepest nesting. OFAC's advanced XML, the deepest, has 12 levels.
const MOST_DEEP: usize = 64;
/// Largest entry, all its texts together: 16 MiB.
const MOST_ENTRY: usize = 16 << 20;
/// Most elements and attributes of one entry.
const MOST_NODES: usize = 200_000;
/// Bytes read at once.
const BUFFER: usize = 1 << 16;

/// A part of [`Tree::text`].
type Part = Range<u32>;

#[derive(Clone, Debug, Default)]
struct Node {
    name: Part,
    text: Part,
    attributes: Part,
    /// Number of the node after the last one inside this one.
    end: u32,
}

/// One element with all that is in it.
#[derive(Default)]
pub(crate) struct Tree {
    text: String,
    nodes: Vec<Node>,
    attributes: Vec<(Part, Part)>,
}

impl Tree {
    fn clear(&mut self) {
        self.text.clear();
        self.nodes.clear();
        self.attributes.clear();
    }

    fn part(&self, part: &Part) -> &str {
        &self.text[part.start as usize..part.end as usize]
    }

    fn push(&mut self, text: &str) -> Part {
        let from = self.text.len();
        self.text.push_str(text);
        offset(from)..offset(self.text.len())
    }

    /// The element itself.
    pub(crate) fn root(&self) -> Element<'_> {
        Element { tree: self, at: 0 }
    }

    /// Names of elements that are not in `known`.
    pub(crate) fn unknown<'t>(&'t self, known: &'t Known) -> impl Iterator<Item = String> + 't {
        self.nodes.iter().map(|node| self.part(&node.name)).filter(|name| !known.0.contains(name)).map(str::to_owned)
    }

    /// Names of elements that are not in `known`, and of attributes that hold something and are not in it with `@` before them.
    pub(crate) fn unknown_of<'t>(&'t self, known: &'t Known) -> impl Iterator<Item = String> + 't {
        let attributes = self
            .attributes
            .iter()
            .filter(|(_, value)| !self.part(value).trim().is_empty())
            .map(|(name, _)| self.part(name))
            .filter(|name| !name.starts_with("xmlns") && !name.starts_with("xsi:"))
            .filter(|name| !known.1.contains(name))
            .map(|name| format!("@{name}"));
        self.unknown(known).chain(attributes)
    }
}

/// Names that a reader knows: of elements, and of attributes.
pub(crate) struct Known(HashSet<&'static str>, HashSet<&'static str>);

impl Known {
    /// Names of attributes have `@` before them.
    pub(crate) fn new(names: &[&'static str]) -> Self {
        let elements = names.iter().copied().filter(|name| !name.starts_with('@')).collect();
        Self(elements, names.iter().filter_map(|name| name.strip_prefix('@')).collect())
    }
}

/// A view of one element.
#[derive(Clone, Copy)]
pub(crate) struct Element<'t> {
    tree: &'t Tree,
    at: u32,
}

impl<'t> Element<'t> {
    fn node(self) -> &'t Node {
        &self.tree.nodes[self.at as usize]
    }

    /// Name without its prefix.
    pub(crate) fn name(self) -> &'t str {
        self.tree.part(&self.node().name)
    }

    /// Its own text, trimmed.
    pub(crate) fn text(self) -> &'t str {
        self.tree.part(&self.node().text).trim()
    }

    /// Value of an attribute, trimmed; empty if it has none of that name.
    pub(crate) fn attribute(self, name: &str) -> &'t str {
        let range = &self.node().attributes;
        let all = &self.tree.attributes[range.start as usize..range.end as usize];
        all.iter().find(|(n, _)| self.tree.part(n) == name).map_or("", |(_, value)| self.tree.part(value).trim())
    }

    /// Elements directly in it.
    pub(crate) fn children(self) -> impl Iterator<Item = Element<'t>> {
        let (tree, end) = (self.tree, self.node().end);
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let element = Element { tree, at };
            at = element.node().end;
            Some(element)
        })
    }

    /// Elements of that name directly in it.
    pub(crate) fn all(self, name: &'t str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// First element of that name directly in it.
    pub(crate) fn child(self, name: &str) -> Option<Element<'t>> {
        self.children().find(|child| child.name() == name)
    }

    /// Text of the first element of that name directly in it; empty if there is none.
    pub(crate) fn get(self, name: &str) -> &'t str {
        self.child(name).map_or("", Element::text)
    }

    /// All elements in it, at any depth, of that name.
    pub(crate) fn within(self, name: &'t str) -> impl Iterator<Item = Element<'t>> {
        let tree = self.tree;
        (self.at + 1..self.node().end).map(move |at| Element { tree, at }).filter(move |element| element.name() == name)
    }
}

/// What comes next in a document.
pub(crate) enum Next {
    /// An element that only holds others begins; the tree has its name and attributes.
    Open,
    /// A whole element; it lies at these bytes.
    Entry(Span),
    /// The document has ended, and ended whole.
    End,
}

/// A document read from its beginning to its end.
pub(crate) struct Document<'a> {
    name: String,
    reader: Reader<BufReader<Bounded<Input<'a>>>>,
    allowance: Allowance,
    buffer: Vec<u8>,
    open: Open,
    seen_root: bool,
    /// The element that [`Document::next`] has read.
    pub(crate) tree: Tree,
    stack: Vec<u32>,
}

/// Names of the elements that are open, one behind the other in one text.
#[derive(Default)]
struct Open {
    names: String,
    ends: Vec<usize>,
}

impl Open {
    fn push(&mut self, name: &str) {
        self.names.push_str(name);
        self.ends.push(self.names.len());
    }

    fn pop(&mut self) {
        self.ends.pop();
        self.names.truncate(self.ends.last().copied().unwrap_or(0));
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn last(&self) -> Option<&str> {
        let (last, before) = self.ends.split_last()?;
        let from = before.last().copied().unwrap_or(0);
        Some(&self.names[from..*last])
    }
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl<'a> Document<'a> {
    pub(crate) fn new(name: &str, input: Input<'a>) -> Self {
        let (bounded, allowance) = Bounded::new(input, MOST_TEXT + 2 * BUFFER, false);
        let mut reader = Reader::from_reader(BufReader::with_capacity(BUFFER, bounded));
        reader.config_mut().check_end_names = true;
        Self {
            name: name.to_owned(),
            reader,
            allowance,
            buffer: Vec::new(),
            open: Open::default(),
            seen_root: false,
            tree: Tree::default(),
            stack: Vec::new(),
        }
    }

    fn refuse(&self, reason: &str) -> Refusal {
        Refusal::new(&self.name, format!("byte {}: {reason}", self.reader.buffer_position()))
    }

    /// Reads on to the next element named in `entries`, and reads that one whole.
    pub(crate) fn next(&mut self, entries: &[&str]) -> Result<Next, Refusal> {
        self.tree.clear();
        self.stack.clear();
        let mut begun = 0;
        loop {
            let at = self.reader.buffer_position();
            self.allowance.renew();
            self.buffer.clear();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => {
                    let at = self.reader.error_position().max(at);
                    let reason = if self.allowance.spent() {
                        too_long()
                    } else if let Some(open) = self.open.last()
                        && matches!(error, quick_xml::Error::Syntax(_))
                    {
                        format!("the XML is damaged or cut off inside <{}>: {error}", short(open))
                    } else {
                        format!("the XML cannot be read: {error}")
                    };
                    return Err(Refusal::new(&self.name, format!("byte {at}: {reason}")).hint(CUT));
                }
            };
            let fault = match event {
                Event::Start(start) => {
                    let (tree, stack) = (&mut self.tree, &mut self.stack);
                    if self.open.is_empty() && self.seen_root {
                        Some("a second document follows the first".to_owned())
                    } else if self.open.len() >= MOST_DEEP {
                        Some(format!("elements are nested more than {MOST_DEEP} deep"))
                    } else {
                        self.seen_root = true;
                        let name = start.local_name();
                        let wanted = !stack.is_empty() || entries.contains(&name.as_ref());
                        self.open.push(name.as_ref());
                        if stack.is_empty() {
                            begun = at;
                        }
                        match begin(tree, &start) {
                            Err(reason) => Some(reason),
                            Ok(()) => {
                                if !wanted {
                                    tree.nodes[0].end = 1;
                                    return Ok(Next::Open);
                                }
                                stack.push(offset(tree.nodes.len() - 1));
                                None
                            }
                        }
                    }
                }
                Event::Empty(start) => {
                    let (tree, stack) = (&mut self.tree, &mut self.stack);
                    if self.open.is_empty() && self.seen_root {
                        Some("a second document follows the first".to_owned())
                    } else {
                        self.seen_root = true;
                        let inside = !stack.is_empty();
                        let wanted = inside || entries.contains(&start.local_name().as_ref());
                        match begin(tree, &start) {
                            Err(reason) => Some(reason),
                            Ok(()) => {
                                let n = tree.nodes.len();
                                tree.nodes[n - 1].end = offset(n);
                                if !inside {
                                    let here = self.reader.buffer_position();
                                    return Ok(if wanted { Next::Entry(Span::Bytes(at, here)) } else { Next::Open });
                                }
                                None
                            }
                        }
                    }
                }
                Event::End(_) => {
                    self.open.pop();
                    if let Some(node) = self.stack.pop() {
                        let n = offset(self.tree.nodes.len());
                        self.tree.nodes[node as usize].end = n;
                        if self.stack.is_empty() {
                            return Ok(Next::Entry(Span::Bytes(begun, self.reader.buffer_position())));
                        }
                    }
                    None
                }
                Event::Text(text) => said(&mut self.tree, &self.stack, &self.open, &text).err(),
                Event::CData(text) => said(&mut self.tree, &self.stack, &self.open, &text).err(),
                Event::GeneralRef(reference) => {
                    let text = match reference.resolve_char_ref() {
                        Ok(Some(c)) => Some(c),
                        Ok(None) => predefined(&reference),
                        Err(_) => None,
                    };
                    match text {
                        Some('\0') | None => Some(format!("`&{};` is not resolved: entities are not expanded", short(&reference))),
                        Some(c) => said(&mut self.tree, &self.stack, &self.open, c.encode_utf8(&mut [0; 4])).err(),
                    }
                }
                Event::DocType(_) => Some("a document type definition is not taken (it could define entities without end)".to_owned()),
                Event::Comment(text) => (text.len() > MOST_TEXT).then(too_long),
                Event::Decl(_) | Event::PI(_) => None,
                Event::Eof => {
                    if let Some(open) = self.open.last() {
                        let reason = format!("the file is cut off: <{}> is not closed", short(open));
                        return Err(self.refuse(&reason).hint(CUT));
                    }
                    if !self.seen_root {
                        return Err(self.refuse("there is no XML element in it"));
                    }
                    return Ok(Next::End);
                }
            };
            if let Some(reason) = fault {
                return Err(Refusal::new(&self.name, format!("byte {at}: {reason}")));
            }
            if self.tree.text.len() > MOST_ENTRY || self.tree.nodes.len() + self.tree.attributes.len() > MOST_NODES {
                return Err(Refusal::new(&self.name, format!("byte {begun}: an entry is too large")));
            }
        }
    }
}

/// Hint for a file that ends too early.
pub(crate) const CUT: &str = "fetch it again; nothing that was read from it counts";

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn too_long() -> String {
    format!("a text, tag or comment is longer than {MOST_TEXT} bytes")
}

fn begin(tree: &mut Tree, start: &BytesStart<'_>) -> Result<(), String> {
    if start.len() > MOST_TEXT {
        return Err(too_long());
    }
    let name = tree.push(start.local_name().as_ref());
    let from = offset(tree.attributes.len());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| format!("an attribute cannot be read: {e}"))?;
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|e| format!("an attribute cannot be read: {e}"))?;
        if value.contains('\0') {
            return Err("an attribute holds NUL".to_owned());
        }
        let key = tree.push(attribute.key.as_ref());
        let value = tree.push(&value);
        tree.attributes.push((key, value));
    }
    let here = offset(tree.text.len());
    let attributes = from..offset(tree.attributes.len());
    tree.nodes.push(Node { name, text: here..here, attributes, end: 0 });
    Ok(())
}

fn said(tree: &mut Tree, stack: &[u32], open: &Open, text: &str) -> Result<(), String> {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return Err("the text holds NUL".to_owned());
    }
    let Some(&at) = stack.last() else {
        // Between entries there is only space.
        let stray = !text.trim().is_empty();
        return if stray && open.is_empty() { Err("text stands outside the XML".to_owned()) } else { Ok(()) };
    };
    let at = at as usize;
    let inner = tree.nodes.len() > at + 1;
    if inner && text.trim().is_empty() {
        return Ok(());
    }
    let own = tree.nodes[at].text.clone();
    if own.end as usize != tree.text.len() {
        // Text on both sides of an element: bring what there was to the end.
        let before = tree.part(&own).to_owned();
        let moved = tree.push(&before);
        tree.nodes[at].text = moved;
    }
    let more = tree.push(text);
    tree.nodes[at].text.end = more.end;
    if tree.nodes[at].text.len() > MOST_TEXT {
        return Err(too_long());
    }
    Ok(())
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" => '\'',
        "quot" => '"',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn entries(text: &[u8]) -> Result<Vec<String>, Refusal> {
        let mut document = Document::new("a.xml", Input::open("a.xml", text)?);
        let mut all = Vec::new();
        loop {
            match document.next(&["e"])? {
                Next::Open => {}
                Next::Entry(_) => {
                    let root = document.tree.root();
                    let children: Vec<String> = root.children().map(|c| format!("{}={}", c.name(), c.text())).collect();
                    all.push(format!("{}|{}|{}", root.attribute("a"), root.text(), children.join(",")));
                }
                Next::End => return Ok(all),
            }
        }
    }

    fn reason(text: &[u8]) -> String {
        entries(text).expect_err("refused").reason
    }

    #[test]
    fn an_entry_comes_with_its_texts_attributes_and_children() {
        let text = "<r xmlns='x'><e a='1 &amp; 2'>A &lt;&#x42; <c>x</c> <d/><c>y<![CDATA[<z>]]></c></e><f>out</f><e a=''/></r>";
        assert_eq!(entries(text.as_bytes()), Ok(vec!["1 & 2|A <B|c=x,d=,c=y<z>".to_owned(), "||".to_owned()]));
    }

    #[test]
    fn text_on_both_sides_of_an_element_is_kept() {
        assert_eq!(entries(b"<r><e>one<c>x</c>two</e></r>"), Ok(vec!["|onetwo|c=x".to_owned()]));
    }

    #[test]
    fn a_document_type_definition_is_refused_wherever_it_stands() {
        let bomb = b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><r><e>&b;</e></r>";
        assert!(reason(bomb).contains("document type definition"), "{}", reason(bomb));
        assert!(reason(b"<!DOCTYPE r SYSTEM 'http://example.invalid/x.dtd'><r/>").contains("document type definition"));
    }

    #[test]
    fn an_entity_that_is_not_of_xml_itself_is_refused() {
        assert!(reason(b"<r><e>&nbsp;</e></r>").contains("not expanded"));
        assert!(reason(b"<r><e a='&x;'/></r>").contains("attribute"));
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let deep = "<r>".repeat(65);
        assert!(reason(deep.as_bytes()).contains("nested more than 64"));
        let inside = format!("<r><e>{}", "<c>".repeat(100_000));
        assert!(reason(inside.as_bytes()).contains("nested more than 64"));
    }

    #[test]
    fn a_text_or_attribute_of_more_than_a_mebibyte_is_refused() {
        let long = "x".repeat((1 << 20) + 1);
        assert!(reason(format!("<r><e>{long}</e></r>").as_bytes()).contains("longer than"));
        assert!(reason(format!("<r><e a='{long}'/></r>").as_bytes()).contains("longer than"));
        assert!(reason(format!("<r><!--{long}--></r>").as_bytes()).contains("longer than"));
        let fits = "x".repeat(1 << 19);
        assert!(entries(format!("<r><e>{fits}</e></r>").as_bytes()).is_ok());
    }

    #[test]
    fn gigabytes_without_an_end_are_not_held_in_memory() {
        let body = (&b"<r><e>"[..]).chain(std::io::repeat(b'x').take(10 << 30));
        let mut document = Document::new("a.xml", Input::open("a.xml", body).expect("opens"));
        assert!(matches!(document.next(&["e"]), Ok(Next::Open)));
        let refusal = document.next(&["e"]).map(|_| ()).expect_err("refused");
        assert!(refusal.reason.contains("longer than"), "{}", refusal.reason);
        assert!(document.buffer.capacity() < 4 << 20);
    }

    #[test]
    fn invalid_utf8_and_nul_are_refused() {
        assert!(entries(b"<r><e>\xff</e></r>").is_err());
        assert!(reason(b"<r><e>a\0b</e></r>").contains("NUL"));
        assert!(entries(b"<r><e>&#0;</e></r>").is_err());
    }

    #[test]
    fn a_cut_file_names_the_byte_where_it_ends() {
        let refusal = entries(b"<r><e>one</e><e>tw").expect_err("refused");
        assert!(refusal.reason.starts_with("byte "), "{}", refusal.reason);
        assert!(refusal.reason.contains("cut off"), "{}", refusal.reason);
        assert!(entries(b"<r><e>one</e>").is_err() && entries(b"<r><e a='").is_err() && entries(b"").is_err());
    }

    #[test]
    fn other_encodings_are_decoded_or_refused() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><r><e>Jos\xe9</e></r>";
        assert_eq!(entries(latin), Ok(vec!["|José|".to_owned()]));
        let mut wide = vec![0xff, 0xfe];
        for unit in "<?xml version='1.0' encoding='UTF-16'?><r><e>José 김</e></r>".encode_utf16() {
            wide.extend(unit.to_le_bytes());
        }
        assert_eq!(entries(&wide), Ok(vec!["|José 김|".to_owned()]));
        assert!(reason(b"<?xml version='1.0' encoding='UTF-16'?><r/>").contains("UTF-16"));
        assert!(reason(b"<?xml version='1.0' encoding='x-none'?><r/>").contains("not known"));
        wide.truncate(wide.len() - 1);
        assert!(entries(&wide).is_err());
    }

    #[test]
    fn what_follows_the_document_is_refused() {
        assert!(reason(b"<r/><r/>").contains("second document"));
        assert!(entries(b"<r></r>tail").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = entries(&bytes);
        }

        #[test]
        fn no_markup_makes_it_panic(text in "(<r>|<e>|</e>|</r>|<e a='|'>|&amp;|&#3;|x| |<!--|-->|<!\\[CDATA\\[|]]>){0,30}") {
            let _ = entries(text.as_bytes());
        }
    }
}
