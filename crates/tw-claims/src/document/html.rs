//! The article of a web page: which of its blocks are the body, and which are furniture.
//!
//! First what says of itself that it is furniture is left out (tags, roles, words of class names), unless it holds most
//! of the page. Then the innermost element that holds most of the remaining prose is the body, and its blocks are
//! judged one by one.

use std::ops::Range;

use super::dom::{Data, Dom, Node};
use super::{Block, BlockKind};
use crate::boilerplate;

/// Never text of an article.
const SILENT: &[&str] = &[
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "svg",
    "math",
    "iframe",
    "object",
    "select",
    "textarea",
    "button",
    "input",
    "form",
    "audio",
    "video",
    "canvas",
    "map",
    "dialog",
    "amp-ad",
    "amp-embed",
    "amp-sidebar",
    "amp-consent",
    "amp-img",
    "amp-social-share",
    "datalist",
];

/// Furniture, unless it holds most of the page.
const FURNITURE: &[&str] = &["nav", "aside", "footer", "header", "figure", "figcaption", "menu", "address", "hgroup"];

/// Elements that begin a block of text of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "caption",
];

/// Words of class names and ids that mark furniture of any element.
const STRONG: &[&str] = &[
    "ad",
    "ads",
    "advert",
    "adverts",
    "advertisement",
    "advertising",
    "adslot",
    "adsbygoogle",
    "banner",
    "sponsor",
    "sponsored",
    "promo",
    "promotion",
    "taboola",
    "outbrain",
    "nav",
    "navbar",
    "navigation",
    "breadcrumb",
    "breadcrumbs",
    "sidebar",
    "share",
    "sharing",
    "social",
    "newsletter",
    "newsletters",
    "subscribe",
    "subscription",
    "signup",
    "paywall",
    "nag",
    "donate",
    "donation",
    "donations",
    "membership",
    "cta",
    "upsell",
    "callout",
    "appeal",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "popup",
    "modal",
    "related",
    "recommended",
    "recommendations",
    "readmore",
    "mostread",
    "popular",
    "trending",
    "teaser",
    "comment",
    "comments",
    "disqus",
    "replies",
    "cm",
    "cmt",
    "cmts",
    "caption",
    "captions",
    "figcaption",
    "credit",
    "credits",
    "cap",
    "byline",
    "author",
    "authors",
    "standfirst",
    "dek",
    "deck",
    "excerpt",
    "subtitle",
    "subheadline",
    "strapline",
    "copyright",
    "colophon",
    "crowdfunding",
    "tags",
    "reklama",
    "rek",
    "podpiska",
    "sbscr",
    "kicker",
    "eyebrow",
    "dateline",
    "timestamp",
];

/// Words that mark furniture unless the element is a paragraph, or the name speaks of text as well.
const WEAK: &[&str] = &[
    "menu",
    "pagination",
    "pager",
    "masthead",
    "toolbar",
    "ticker",
    "topbar",
    "skip",
    "follow",
    "print",
    "poll",
    "quiz",
    "weather",
    "register",
    "offer",
    "upgrade",
    "join",
    "gift",
    "privacy",
    "overlay",
    "toast",
    "more",
    "next",
    "also",
    "latest",
    "most",
    "card",
    "widget",
    "sitemap",
    "tag",
    "topics",
    "respond",
    "discussion",
    "forum",
    "gallery",
    "slideshow",
    "photo",
    "pic",
    "picture",
    "foto",
    "by",
    "meta",
    "date",
    "info",
    "summary",
    "foot",
    "disclaimer",
    "classifieds",
    "see",
    "partner",
    "partners",
    "support",
    "box",
    "infobox",
    "notice",
    "alert",
    "popover",
    "tool",
    "tools",
];

/// Words of class names that speak of the article itself.
const ARTICLE: &[&str] = &["content", "body", "text", "story", "article", "entry", "main", "post", "page", "news"];

/// What a page says in its tree.
pub(crate) struct Article {
    pub main_text: String,
    pub blocks: Vec<Block>,
    /// Text of the headline in the page.
    pub headline: Option<String>,
}

/// A block of text with what surrounds it.
struct Raw {
    /// Index into the order of the walk of the innermost block element.
    owner: usize,
    kind: Kind,
    text: String,
    /// Characters inside links.
    linked: usize,
    /// Characters in bold.
    bold: usize,
    /// Innermost table around it, as an index into the order; 0 for none.
    table: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Paragraph,
    Item,
    Heading,
    Title,
    Loose,
}

/// The elements and texts of a page in order, each with the end of what lies below it.
pub(super) struct Order {
    /// Node, place after its last descendant, place of its parent.
    at: Vec<(usize, usize, usize)>,
}

impl Order {
    pub(super) fn new(dom: &Dom) -> Self {
        let mut at: Vec<(usize, usize, usize)> = vec![(0, 0, 0)];
        let mut open = vec![0usize];
        let mut node = dom.nodes[0].first;
        while let Some(current) = node {
            let parent = open.last().copied().unwrap_or(0);
            at.push((current, 0, parent));
            if dom.nodes[current].first.is_some() {
                open.push(at.len() - 1);
                node = dom.nodes[current].first;
                continue;
            }
            let last = at.len() - 1;
            at[last].1 = at.len();
            let mut back = current;
            node = loop {
                if let Some(next) = dom.nodes[back].next {
                    break Some(next);
                }
                let Some(closed) = open.pop() else { break None };
                at[closed].1 = at.len();
                if closed == 0 {
                    break None;
                }
                back = at[closed].0;
            };
        }
        at[0].1 = at.len();
        Self { at }
    }

    /// Nodes below the document, in order.
    pub(super) fn nodes(&self) -> impl Iterator<Item = usize> + '_ {
        self.at.iter().skip(1).map(|a| a.0)
    }

    fn below(&self, place: usize) -> Range<usize> {
        place..self.at[place].1
    }
}

/// White space of HTML made one space; other spaces are kept.
pub(super) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_squeezed(&mut out, text);
    out.truncate(out.trim_end_matches(' ').len());
    out
}

fn push_squeezed(out: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_ascii_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}

/// Finds the article of a page. `title` is the page's own, as far as it is known.
pub(crate) fn article(dom: &Dom, order: &Order, title: Option<&str>) -> Article {
    let dropped = furniture(dom, order);
    let mut raws = raw_blocks(dom, order, &dropped);
    let (container, inside) = body(dom, order, &raws);
    let named = || raws.iter().filter(|r| same_title(&r.text, title)).max_by_key(|r| r.text.len());
    let headline = raws.iter().find(|r| r.kind == Kind::Title).or_else(named).map(|r| r.text.clone());
    raws.retain(|r| order.below(container).contains(&r.owner) && inside.contains(&r.owner));
    let title = headline.as_deref().or(title);
    let kept = judge(dom, order, container, &raws, title);
    let mut main_text = String::new();
    let mut blocks = Vec::new();
    for (raw, _) in raws.iter().zip(&kept).filter(|(_, keep)| **keep) {
        if !main_text.is_empty() {
            main_text.push_str("\n\n");
        }
        let start = main_text.len();
        main_text.push_str(&raw.text);
        let kind = match raw.kind {
            Kind::Item => BlockKind::ListItem,
            Kind::Heading | Kind::Title => BlockKind::Subheading,
            Kind::Paragraph | Kind::Loose => BlockKind::Body,
        };
        blocks.push(Block { kind, start, end: main_text.len() });
    }
    Article { main_text, blocks, headline }
}

/// Marks every place that lies in furniture.
fn furniture(dom: &Dom, order: &Order) -> Vec<bool> {
    let length = order.at.len();
    let mut skip = vec![false; length];
    // Characters of running text before each place: the measure of what an element holds.
    let mut sums = vec![0usize; length + 1];
    let mut anchors = vec![0usize; length + 1];
    let mut silent_until = 0;
    let mut linked_until = 0;
    for (place, (node, end, _)) in order.at.iter().enumerate() {
        let node = &dom.nodes[*node];
        let tag = node.tag();
        if place >= silent_until && (SILENT.contains(&tag) || hidden(node) && !walled_article(dom, order, place)) {
            silent_until = *end;
        }
        if tag == "a" {
            linked_until = linked_until.max(*end);
        }
        let silent = place < silent_until;
        skip[place] = silent;
        let size = match &node.data {
            Data::Text(t) if !silent && place >= linked_until => t.trim().chars().count(),
            _ => 0,
        };
        sums[place + 1] = sums[place] + size;
        anchors[place + 1] = anchors[place] + usize::from(!silent && matches!(tag, "h1" | "main"));
    }
    let total = sums[length].max(1);
    let mut until = 0;
    for (place, (node, end, _)) in order.at.iter().enumerate() {
        if place < until {
            continue;
        }
        let node = &dom.nodes[*node];
        let tag = node.tag();
        if tag.is_empty() || matches!(tag, "html" | "body" | "main") {
            continue;
        }
        let share = (sums[*end] - sums[place]) as f64 / total as f64;
        let anchored = anchors[*end] > anchors[place];
        let named = named(node) && !walled_article(dom, order, place);
        let by_tag = FURNITURE.contains(&tag);
        // A head of the article with headline and author goes as a whole, so long as it is a small part of the page.
        let most = if anchored { 0.35 } else { 0.5 };
        let gone = (by_tag || named || role(node)) && share < most && !(tag == "h1" || anchored && !by_tag && share > 0.15);
        if gone {
            // The headline is looked for in heads of articles all the same.
            skip[place..*end].iter_mut().for_each(|s| *s = true);
            if anchored {
                unskip_title(dom, order, place, &mut skip);
            }
            until = *end;
        }
    }
    skip
}

/// Opens a headline and what is in it again.
fn unskip_title(dom: &Dom, order: &Order, place: usize, skip: &mut [bool]) {
    for inner in order.below(place) {
        if dom.nodes[order.at[inner].0].tag() == "h1" {
            skip[order.below(inner)].iter_mut().for_each(|s| *s = false);
        }
    }
}

fn hidden(node: &Node) -> bool {
    node.attribute("hidden").is_some()
        || node.attribute("aria-hidden") == Some("true")
        || node.attribute("style").is_some_and(|s| {
            let s = s.to_ascii_lowercase().replace(' ', "");
            s.contains("display:none") || s.contains("visibility:hidden")
        })
}

fn role(node: &Node) -> bool {
    matches!(
        node.attribute("role"),
        Some(
            "navigation" | "banner" | "complementary" | "contentinfo" | "search" | "dialog" | "alert" | "alertdialog" | "menu" | "toolbar"
        )
    )
}

/// Whether class and id name furniture.
fn named(node: &Node) -> bool {
    let tag = node.tag();
    let paragraph = matches!(tag, "p" | "li" | "h2" | "h3" | "h4" | "blockquote" | "pre");
    let inline = !BLOCKS.contains(&tag) && !tag.contains('-');
    let mut strong = false;
    let mut weak = false;
    let mut article = false;
    for value in [node.attribute("class"), node.attribute("id"), node.attribute("itemprop"), node.attribute("rel")].into_iter().flatten() {
        for word in words(value) {
            let word = word.as_str();
            strong |= STRONG.contains(&word);
            weak |= WEAK.contains(&word);
            article |= ARTICLE.contains(&word);
        }
    }
    // A link or an emphasis inside a sentence is part of it, whatever it is called.
    if inline { false } else { strong || weak && !paragraph && !article }
}

/// A part for subscribers, of which "paywall" is the usual name (schema.org `hasPart`), and no offer of a subscription:
/// it holds at least two paragraphs, and most of its paragraphs ask for nothing.
fn walled_article(dom: &Dom, order: &Order, place: usize) -> bool {
    let node = &dom.nodes[order.at[place].0];
    let walls = |value: &str| {
        words(value).iter().any(|w| matches!(w.as_str(), "paywall" | "premium" | "subscription" | "subscriber" | "membership"))
    };
    if ![node.attribute("class"), node.attribute("id")].into_iter().flatten().any(walls) {
        return false;
    }
    let paragraphs: Vec<String> = order
        .below(place)
        .map(|p| order.at[p].0)
        .filter(|n| dom.nodes[*n].tag() == "p")
        .take(200)
        .map(|n| super::meta::text(dom, n))
        .filter(|t| t.chars().count() >= 50)
        .collect();
    let offers = paragraphs.iter().filter(|t| boilerplate::furniture(t)).count();
    paragraphs.len() >= 2 && offers * 3 < paragraphs.len()
}

/// Words of a class name: parted at anything but letters, and where a capital follows a small letter.
fn words(value: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let mut small = false;
    for c in value.chars().take(400).chain([' ']) {
        if (!c.is_ascii_alphabetic() || c.is_ascii_uppercase() && small) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
        small = c.is_ascii_lowercase();
    }
    out
}

/// Cuts what is left into blocks: at block elements, and at two line breaks in a row.
fn raw_blocks(dom: &Dom, order: &Order, skip: &[bool]) -> Vec<Raw> {
    let mut out: Vec<Raw> = Vec::new();
    // Open elements: end, place, block?, and what they do to the text in them.
    let mut owners: Vec<(usize, usize)> = Vec::new();
    let (mut link, mut bold, mut breaks) = (0usize, 0usize, 0usize);
    let mut tables: Vec<(usize, usize)> = Vec::new();
    let mut current: Option<Raw> = None;
    for (place, (index, end, _)) in order.at.iter().enumerate() {
        while owners.last().is_some_and(|(e, _)| *e <= place) {
            owners.pop();
            finish(&mut current, &mut out);
        }
        while tables.last().is_some_and(|(e, _)| *e <= place) {
            tables.pop();
        }
        let node = &dom.nodes[*index];
        match &node.data {
            Data::Element(..) => {
                let tag = node.tag();
                if skip[place] {
                    if BLOCKS.contains(&tag) || tag.contains('-') {
                        finish(&mut current, &mut out);
                    }
                    continue;
                }
                match tag {
                    "br" => {
                        breaks += 1;
                        if breaks >= 2 {
                            finish(&mut current, &mut out);
                        } else if let Some(raw) = &mut current {
                            push_squeezed(&mut raw.text, " ");
                        }
                        continue;
                    }
                    "a" => link = link.max(*end),
                    "b" | "strong" => bold = bold.max(*end),
                    "table" => tables.push((*end, place)),
                    _ => {}
                }
                if BLOCKS.contains(&tag) {
                    finish(&mut current, &mut out);
                    owners.push((*end, place));
                    breaks = 0;
                }
            }
            Data::Text(text) if !skip[place] => {
                let blank = text.bytes().all(|b| b.is_ascii_whitespace());
                if blank && current.is_none() {
                    continue;
                }
                if !blank {
                    breaks = 0;
                }
                let owner = owners.last().map_or(0, |o| o.1);
                let raw = current.get_or_insert_with(|| Raw {
                    owner,
                    kind: kind(dom, order, owner),
                    text: String::new(),
                    linked: 0,
                    bold: 0,
                    table: tables.last().map_or(0, |t| t.1),
                });
                let before = raw.text.len();
                push_squeezed(&mut raw.text, text);
                let added = raw.text[before..].chars().count();
                if place < link {
                    raw.linked += added;
                }
                if place < bold {
                    raw.bold += added;
                }
            }
            _ => {}
        }
    }
    finish(&mut current, &mut out);
    out
}

fn finish(current: &mut Option<Raw>, out: &mut Vec<Raw>) {
    let Some(mut raw) = current.take() else { return };
    let length = raw.text.trim_end_matches(' ').len();
    raw.text.truncate(length);
    if raw.text.chars().any(char::is_alphanumeric) {
        out.push(raw);
    }
}

/// What a block is by the innermost element that says so.
fn kind(dom: &Dom, order: &Order, owner: usize) -> Kind {
    let mut place = owner;
    for _ in 0..4 {
        match dom.nodes[order.at[place].0].tag() {
            "h1" => return Kind::Title,
            "h2" | "h3" | "h4" | "h5" | "h6" => return Kind::Heading,
            "li" => return Kind::Item,
            "p" | "blockquote" | "pre" | "dd" | "dt" => {
                // A paragraph in a list item is the item.
                let parent = order.at[place].2;
                return if dom.nodes[order.at[parent].0].tag() == "li" { Kind::Item } else { Kind::Paragraph };
            }
            "div" | "article" | "section" | "td" | "body" | "main" => return Kind::Loose,
            _ => place = order.at[place].2,
        }
    }
    Kind::Loose
}

/// Ends as a sentence does.
fn sentence(text: &str) -> bool {
    text.trim_end_matches(['”', '"', '»', ')', '’', '\'', ' ', '\u{a0}', ']']).ends_with(['.', '!', '?', '…', '。', ':', ';'])
}

fn prose(raw: &Raw) -> bool {
    let length = raw.text.chars().count();
    let cjk = raw.text.chars().any(|c| ('\u{3040}'..='\u{d7a3}').contains(&c));
    matches!(raw.kind, Kind::Paragraph | Kind::Loose | Kind::Item)
        && sentence(&raw.text)
        && length >= if cjk { 20 } else { 40 }
        && raw.linked * 2 < length
}

/// The innermost element that holds most of the prose, and the places of its like-named neighbours.
fn body(dom: &Dom, order: &Order, raws: &[Raw]) -> (usize, Range<usize>) {
    let mut sums = vec![0usize; order.at.len() + 1];
    for raw in raws.iter().filter(|r| prose(r)) {
        let length = raw.text.chars().count();
        // List items and short lines are found in furniture too; longer paragraphs are the article.
        sums[raw.owner + 1] += if raw.kind == Kind::Item { length / 2 } else { length };
    }
    for i in 1..sums.len() {
        sums[i] += sums[i - 1];
    }
    let total = sums[order.at.len()];
    let mut container = 0;
    if total == 0 {
        return (0, order.below(0));
    }
    let mut place = 1;
    while place < order.at[container].1 {
        let (node, end, _) = order.at[place];
        let tag = dom.nodes[node].tag();
        let holds = sums[end] - sums[place];
        if holds * 100 >= total * 62 && !matches!(tag, "p" | "li" | "ul" | "ol" | "blockquote" | "") && BLOCKS.contains(&tag) {
            container = place;
            place += 1;
        } else if holds * 100 >= total * 62 {
            place += 1;
        } else {
            place = end.max(place + 1);
        }
    }
    // Parts of one article in elements of one name, side by side.
    let (node, _, parent) = order.at[container];
    let signature = |n: usize| (dom.nodes[n].tag().to_owned(), dom.nodes[n].attribute("class").unwrap_or("").to_owned());
    let own = signature(node);
    if container != 0 && !matches!(own.0.as_str(), "td" | "body" | "html" | "table" | "tr" | "tbody") {
        let mut child = parent + 1;
        while child < order.at[parent].1 {
            let (other, end, _) = order.at[child];
            if child != container && signature(other) == own && sums[end] - sums[child] >= 80 {
                return (parent, order.below(parent));
            }
            child = end.max(child + 1);
        }
    }
    (container, order.below(container))
}

/// Judges the blocks of the body one by one.
fn judge(dom: &Dom, order: &Order, container: usize, raws: &[Raw], title: Option<&str>) -> Vec<bool> {
    let mut own_table: Vec<(usize, usize)> = Vec::new();
    for raw in raws.iter().filter(|r| prose(r)) {
        let known = own_table.iter().position(|c| c.0 == raw.table);
        match known {
            Some(at) => own_table[at].1 += 1,
            None if own_table.len() < 64 => own_table.push((raw.table, 1)),
            None => {}
        }
    }
    let main_table = own_table.iter().max_by_key(|c| c.1).map_or(0, |c| c.0);
    let weight = |f: &dyn Fn(&Raw) -> bool| raws.iter().filter(|r| prose(r) && f(r)).map(|r| r.text.len()).sum::<usize>();
    let total = weight(&|_| true).max(1);
    let paragraphs = weight(&|r| r.kind != Kind::Loose);
    let signature = |r: &Raw| {
        let node = &dom.nodes[order.at[r.owner].0];
        (node.tag().to_owned(), node.attribute("class").unwrap_or("").to_owned())
    };
    let loose = raws.iter().filter(|r| prose(r) && r.kind == Kind::Loose).max_by_key(|r| r.text.len()).map(&signature);
    let usual = loose.filter(|s| weight(&|r| r.kind == Kind::Loose && signature(r) == *s) * 2 > total);

    let mut keep: Vec<bool> = raws
        .iter()
        .map(|raw| {
            let length = raw.text.chars().count();
            if raw.kind == Kind::Title || raw.table != main_table || boilerplate::furniture(&raw.text) || opens_furniture(&raw.text) {
                return false;
            }
            // A link with a few words around it points elsewhere.
            if raw.linked * 10 > length * 6 && !(sentence(&raw.text) && length > 120) {
                return false;
            }
            match raw.kind {
                Kind::Loose => {
                    let fits = usual.as_ref().is_some_and(|u| *u == signature(raw));
                    let direct = raw.owner == container;
                    let mixed = paragraphs * 2 > total;
                    let emphasised = raw.bold * 10 > length * 9;
                    if mixed {
                        sentence(&raw.text) && (direct || length >= 100)
                    } else {
                        sentence(&raw.text) && (fits || direct || length >= 100) || (fits || direct) && emphasised && length < 120
                    }
                }
                Kind::Paragraph => {
                    sentence(&raw.text) || length >= 70 || raw.text.contains(". ") && length >= 40 || raw.bold * 10 > length * 9
                }
                Kind::Heading => length < 200,
                _ => true,
            }
        })
        .collect();
    section_ends(order, container, raws, &mut keep);
    edges(raws, title, &mut keep);
    keep
}

/// Words at the head of a list of links, of comments, of a form: what stands below goes with it.
fn heads_furniture(text: &str) -> bool {
    let low = text.to_lowercase();
    let low = low.trim();
    if low.chars().count() > 60 {
        return false;
    }
    [
        "comments",
        "comment (",
        "leave a comment",
        "reader comments",
        "join the discussion",
        "related",
        "read next",
        "read also",
        "read more",
        "more from",
        "more on",
        "most read",
        "most popular",
        "popular",
        "trending",
        "also today",
        "you may also",
        "recommended",
        "newsletter",
        "sign up",
        "subscribe",
        "advertisement",
        "about the author",
        "share this",
        "follow us",
        "our partners",
        "комментари",
        "читайте также",
        "по теме",
        "популярное",
        "другие новости",
        "обсуждение",
        "댓글",
        "관련기사",
        "관련 기사",
        "많이 본",
        "인기 기사",
    ]
    .iter()
    .any(|w| low.starts_with(w))
        || low.contains(" comments") && low.len() < 40 && low.starts_with(|c: char| c.is_ascii_digit())
}

/// Drops what stands below the heading of comments, related links and the like.
fn section_ends(order: &Order, container: usize, raws: &[Raw], keep: &mut [bool]) {
    let mut boxed = None;
    for i in 0..raws.len() {
        let raw = &raws[i];
        let heading = raw.kind == Kind::Heading || !sentence(&raw.text);
        if !heading || !heads_furniture(&raw.text) {
            continue;
        }
        keep[i] = false;
        let mut parent = order.at[raw.owner].2;
        if raw.kind == Kind::Loose {
            parent = raw.owner;
        }
        let within = order.below(parent);
        if parent > container {
            // The box that the heading is in.
            if boxed != Some(parent) {
                boxed = Some(parent);
                let inside = |j: &usize| within.contains(&raws[*j].owner);
                (0..i).rev().take_while(inside).chain((i..raws.len()).take_while(inside)).for_each(|j| keep[j] = false);
            }
            continue;
        }
        // Level with the paragraphs: links and lists go; what readers wrote goes as well.
        if raw.linked * 2 > raw.text.chars().count() && raw.kind != Kind::Heading {
            continue;
        }
        let low = raw.text.to_lowercase();
        let readers = i * 2 > raws.len() && ["comment", "discussion", "комментари", "обсуждение", "댓글"].iter().any(|w| low.contains(w));
        for j in i + 1..raws.len() {
            if !readers && (raws[j].kind == Kind::Heading || prose(&raws[j]) && raws[j].kind != Kind::Item) {
                break;
            }
            keep[j] = false;
        }
        if readers {
            break;
        }
    }
}

fn opens_furniture(text: &str) -> bool {
    let low: String = text.chars().take(60).collect::<String>().to_lowercase();
    let short = text.chars().count() < 160;
    short
        && [
            "related:",
            "read next",
            "read also",
            "read more",
            "see also",
            "also read",
            "more:",
            "photo:",
            "photo by",
            "photograph:",
            "image:",
            "picture:",
            "illustration:",
            "graphic:",
            "map:",
            "video:",
            "credit:",
            "share:",
            "share this",
            "follow us",
            "sign up",
            "subscribe",
            "copyright",
            "©",
            "(c)",
            "tags:",
            "tagged",
            "have you a story",
            "additional reporting",
            "* have you",
            "got a story",
            "do you know more",
            "contact the reporter",
            "keep reading",
            "continue reading",
            "already a ",
            "posted in",
            "filed under",
            "click here",
            "advertisement",
            "sponsored",
            "фото:",
            "фото ",
            "читайте также",
            "реклама",
            "подпис",
            "поделиться",
            "источник фото",
            "иллюстрация",
            "사진=",
            "사진:",
            "관련기사",
            "▶",
            "ⓒ",
            "무단",
            "published:",
            "updated:",
            "last updated",
            "print this",
        ]
        .iter()
        .any(|w| low.starts_with(w))
}

/// Headline, author and date before the article, and loose ends after it.
fn edges(raws: &[Raw], title: Option<&str>, keep: &mut [bool]) {
    let mut first = 0;
    if let Some(at) = raws.iter().position(|r| r.kind == Kind::Title) {
        let before: usize = raws[..at].iter().filter(|r| prose(r)).map(|r| r.text.len()).sum();
        let all: usize = raws.iter().filter(|r| prose(r)).map(|r| r.text.len()).sum();
        if before * 4 < all {
            first = at + 1;
        }
    }
    if let Some(at) = raws.iter().take(12).position(|r| same_title(&r.text, title)) {
        first = first.max(at + 1);
    }
    // The line with the author ends the head of the article, a standfirst included.
    if let Some(at) = raws.iter().skip(first).take(3).position(|r| byline(&r.text)) {
        first += at + 1;
    }
    keep[..first].iter_mut().for_each(|k| *k = false);
    // Lines that are no sentence before the first paragraph and after the last.
    let lead = raws.iter().enumerate().position(|(i, r)| keep[i] && prose(r)).unwrap_or(raws.len());
    for (i, raw) in raws.iter().enumerate().take(lead) {
        if raw.kind != Kind::Heading || i + 1 != lead || first > 0 {
            keep[i] = keep[i] && sentence(&raw.text);
        }
    }
    for i in (0..raws.len()).rev() {
        if keep[i] && (sentence(&raws[i].text) || raws[i].kind == Kind::Item) {
            break;
        }
        keep[i] = false;
    }
}

fn byline(text: &str) -> bool {
    let length = text.chars().count();
    if length > 120 || sentence(text) && length > 60 {
        return false;
    }
    let low = text.to_lowercase();
    let opens =
        ["by ", "by\u{a0}", "from our ", "автор", "текст:", "words:", "reported by", "author:", "story by", "published ", "updated "]
            .iter()
            .any(|w| low.starts_with(w));
    let reads = low.contains(" min read") || low.contains("minute read") || low.ends_with("기자");
    let year = low.split(|c: char| !c.is_ascii_digit()).any(|d| d.len() == 4 && (d.starts_with("19") || d.starts_with("20")));
    opens || reads || year && !sentence(text) && length < 70
}

/// Whether a block is the headline: the title of the page begins, ends or is it.
fn same_title(text: &str, title: Option<&str>) -> bool {
    let Some(title) = title else { return false };
    let plain = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    if text.chars().count() < 12 || text.len() > title.len() + 40 {
        return false;
    }
    let (text, title) = (plain(text), plain(title));
    text.chars().count() >= 10 && (title.starts_with(&text) || title.ends_with(&text))
}
