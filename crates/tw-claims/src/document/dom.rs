//! A parsed page: nodes in one vector, walked without recursion.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, parse_document};

/// Bytes given to the parser between two looks at the limits.
const CHUNK: usize = 4 << 10;

/// Comparisons of attributes with each other that one page may cost: the parser looks every name up among those before.
const COMPARISONS: u64 = 10_000_000_000;

/// Why a page was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    Depth,
    Nodes,
    Attributes,
}

#[derive(Debug)]
pub(crate) enum Data {
    Document,
    Element(QualName, Vec<Attribute>),
    Text(String),
    Other,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub data: Data,
    pub parent: Option<usize>,
    pub first: Option<usize>,
    last: Option<usize>,
    previous: Option<usize>,
    pub next: Option<usize>,
    depth: usize,
}

impl Node {
    fn new(data: Data) -> Self {
        Self { data, parent: None, first: None, last: None, previous: None, next: None, depth: 0 }
    }

    /// Lower-case name of an element; empty for anything else.
    pub(crate) fn tag(&self) -> &str {
        match &self.data {
            Data::Element(name, _) => &name.local,
            _ => "",
        }
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let Data::Element(_, attributes) = &self.data else { return None };
        attributes.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
    }
}

/// The tree; node 0 is the document.
pub(crate) struct Dom {
    pub nodes: Vec<Node>,
}

/// Parses a page, however broken; gives it up when it is too deep or too large.
pub(crate) fn parse(text: &str, depth: usize, nodes: usize) -> Result<Dom, Excess> {
    let sink = Sink { nodes: RefCell::new(vec![Node::new(Data::Document)]), deepest: RefCell::new(0), calls: Cell::new(0) };
    let mut parser = parse_document(sink, ParseOpts::default());
    let mut rest = text;
    let (mut calls, mut words, mut spent) = (0, 0_u64, 0_u64);
    while !rest.is_empty() {
        let mut cut = rest.len().min(CHUNK);
        while !rest.is_char_boundary(cut) {
            cut += 1;
        }
        let (chunk, after) = rest.split_at(cut);
        parser.process(StrTendril::from_slice(chunk));
        rest = after;
        let sink = &parser.tokenizer.sink.sink;
        // A chunk that adds nothing to the tree lies inside one tag (or one comment): its words may be attributes.
        let added =
            chunk.split(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '/')).filter(|w| !w.is_empty()).count() as u64;
        let silent = sink.calls.get() == calls;
        calls = sink.calls.get();
        if silent {
            spent = spent.saturating_add(added.saturating_mul(2 * words + added));
            words += added;
        } else {
            words = added;
        }
        if spent > COMPARISONS {
            return Err(Excess::Attributes);
        }
        if *sink.deepest.borrow() > depth {
            return Err(Excess::Depth);
        }
        if sink.nodes.borrow().len() > nodes {
            return Err(Excess::Nodes);
        }
    }
    Ok(parser.finish())
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    deepest: RefCell<usize>,
    /// How often something was added.
    calls: Cell<u64>,
}

#[derive(Debug)]
struct Named(QualName);

impl ElemName for Named {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl Sink {
    fn add(&self, data: Data) -> usize {
        self.calls.set(self.calls.get() + 1);
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node::new(data));
        nodes.len() - 1
    }

    fn attach(&self, parent: usize, child: usize, before: Option<usize>) {
        self.remove_from_parent(&child);
        let mut nodes = self.nodes.borrow_mut();
        let depth = nodes[parent].depth + 1;
        let previous = before.map_or(nodes[parent].last, |b| nodes[b].previous);
        let node = &mut nodes[child];
        (node.parent, node.depth, node.previous, node.next) = (Some(parent), depth, previous, before);
        match previous {
            Some(p) => nodes[p].next = Some(child),
            None => nodes[parent].first = Some(child),
        }
        match before {
            Some(b) => nodes[b].previous = Some(child),
            None => nodes[parent].last = Some(child),
        }
        let mut deepest = self.deepest.borrow_mut();
        *deepest = depth.max(*deepest);
    }

    /// Adds to the text that ends just before the place, if there is any.
    fn merged(&self, previous: Option<usize>, text: &str) -> bool {
        let Some(previous) = previous else { return false };
        let mut nodes = self.nodes.borrow_mut();
        let Data::Text(old) = &mut nodes[previous].data else { return false };
        old.push_str(text);
        self.calls.set(self.calls.get() + 1);
        true
    }
}

impl TreeSink for Sink {
    type Handle = usize;
    type Output = Dom;
    type ElemName<'a> = Named;

    fn finish(self) -> Dom {
        Dom { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> usize {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a usize) -> Named {
        match &self.nodes.borrow()[*target].data {
            Data::Element(name, _) => Named(name.clone()),
            _ => Named(QualName::new(None, Namespace::from(""), LocalName::from(""))),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> usize {
        self.add(Data::Element(name, attributes))
    }

    fn create_comment(&self, _: StrTendril) -> usize {
        self.add(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
        self.add(Data::Other)
    }

    fn append(&self, parent: &usize, child: NodeOrText<usize>) {
        match child {
            NodeOrText::AppendNode(child) => self.attach(*parent, child, None),
            NodeOrText::AppendText(text) => {
                let last = self.nodes.borrow()[*parent].last;
                if !self.merged(last, &text) {
                    let child = self.add(Data::Text(text.to_string()));
                    self.attach(*parent, child, None);
                }
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &usize, previous: &usize, child: NodeOrText<usize>) {
        let has_parent = self.nodes.borrow()[*element].parent.is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &usize) -> usize {
        *target
    }

    fn same_node(&self, x: &usize, y: &usize) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &usize, child: NodeOrText<usize>) {
        let (parent, previous) = {
            let nodes = self.nodes.borrow();
            (nodes[*sibling].parent, nodes[*sibling].previous)
        };
        let Some(parent) = parent else { return };
        match child {
            NodeOrText::AppendNode(child) => self.attach(parent, child, Some(*sibling)),
            NodeOrText::AppendText(text) => {
                if !self.merged(previous, &text) {
                    let child = self.add(Data::Text(text.to_string()));
                    self.attach(parent, child, Some(*sibling));
                }
            }
        }
    }

    fn add_attrs_if_missing(&self, target: &usize, attributes: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        let Data::Element(_, old) = &mut nodes[*target].data else { return };
        for attribute in attributes {
            if old.iter().all(|a| a.name != attribute.name) {
                old.push(attribute);
            }
        }
    }

    fn remove_from_parent(&self, target: &usize) {
        let mut nodes = self.nodes.borrow_mut();
        let node = &mut nodes[*target];
        let (parent, previous, next) = (node.parent.take(), node.previous.take(), node.next.take());
        let Some(parent) = parent else { return };
        match previous {
            Some(p) => nodes[p].next = next,
            None => nodes[parent].first = next,
        }
        match next {
            Some(n) => nodes[n].previous = previous,
            None => nodes[parent].last = previous,
        }
    }

    fn reparent_children(&self, node: &usize, parent: &usize) {
        loop {
            let child = self.nodes.borrow()[*node].first;
            let Some(child) = child else { return };
            self.attach(*parent, child, None);
        }
    }
}
