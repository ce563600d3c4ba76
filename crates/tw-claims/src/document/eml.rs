//! E-mail messages (RFC 5322): who wrote, when, and what; the files that came along are listed and not read.

use jiff::civil::Date;
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};
use tw_base::Refusal;

use super::read::{characters, check_length};
use super::{Attachment, BlockKind, Document, Format, Limits, collect::Collector};

/// Marks a line of an earlier message.
const QUOTE: char = '>';

/// Messages inside each other that are opened; the parser calls itself for each, and so does the end of its work.
const NESTED: usize = 500;

/// Stack of the reading thread.
const STACK: usize = 64 << 20;

/// Reads a message on a thread of its own, as messages may lie inside each other; a panic becomes a refusal.
pub(super) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    check_parts(name, bytes, limits)?;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || inner(name, bytes, limits));
        match thread {
            Ok(handle) => handle.join().unwrap_or_else(|_| Err(unreadable(name))),
            Err(error) => Err(Refusal::new(name, format!("no thread could be begun to read it: {error}"))),
        }
    })
}

fn unreadable(name: &str) -> Refusal {
    Refusal::new(name, "is an e-mail message that cannot be read").hint("save the text of the message alone")
}

/// Reads a message. The sender is the author, and the publisher where no organisation is named.
fn inner(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let message = MessageParser::default().parse(bytes).ok_or_else(|| unreadable(name))?;
    if encrypted(&message) {
        return Err(Refusal::new(name, "is an encrypted e-mail message").hint("open it in the mail program and save its text"));
    }
    let mut document = body(name, &message, limits)?;
    if document.main_text.trim().is_empty() {
        return Err(Refusal::new(name, "is an e-mail message without text").hint("save its attachments and read those"));
    }
    document.format = Format::Eml;
    document.title = message.subject().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
    document.author = message.from().and_then(sender);
    document.publisher = message.header("Organization").and_then(|h| h.as_text()).map(str::to_owned).or_else(|| document.author.clone());
    // The day as the sender's clock had it.
    document.published =
        message.date().and_then(|d| Date::new(i16::try_from(d.year).ok()?, i8::try_from(d.month).ok()?, i8::try_from(d.day).ok()?).ok());
    document.attachments = message.attachments().map(attachment).collect();
    if !document.attachments.is_empty() {
        document.remarks.push(format!("{} attachments were not read", document.attachments.len()));
    }
    Ok(document)
}

/// Every part begins with a line that holds a boundary, so that there are no more parts than such lines.
fn check_parts(name: &str, bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let lines = bytes.split(|b| *b == b'\n').filter(|line| line.starts_with(b"--")).count();
    if lines > limits.parts {
        let reason = format!("has more than the {} parts that are read of an e-mail message", limits.parts);
        return Err(Refusal::new(name, reason).hint("save the text of the message alone"));
    }
    // Every message inside another is announced by one of these words.
    let words: [&[u8]; 4] = [b"message/", b"message(", b"rfc822", b"digest"];
    let announced = |word: &&[u8]| bytes.windows(word.len()).filter(|w| w.eq_ignore_ascii_case(word)).count();
    if words.iter().map(announced).max().unwrap_or(0) > NESTED {
        let reason = format!("holds more than the {NESTED} messages inside each other that are read");
        return Err(Refusal::new(name, reason).hint("save the text of the message alone"));
    }
    Ok(())
}

fn encrypted(message: &Message<'_>) -> bool {
    let root = message.root_part();
    root.is_content_type("multipart", "encrypted")
        || root.is_content_type("application", "pkcs7-mime")
            && root.content_type().and_then(|t| t.attribute("smime-type")).is_some_and(|t| t.to_ascii_lowercase().contains("enveloped"))
}

/// The plain text where there is any worth the name, else the page.
fn body(name: &str, message: &Message<'_>, limits: &Limits) -> Result<Document, Refusal> {
    let mut texts: Vec<(&str, bool)> = Vec::new();
    for part in message.text_bodies() {
        if let PartType::Text(text) = &part.body {
            let flowed = part.content_type().and_then(|t| t.attribute("format")).is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
            texts.push((text, flowed));
        }
    }
    let page = message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(page) => Some(page),
        _ => None,
    });
    let letters = texts.iter().map(|(text, _)| text.chars().filter(|c| c.is_alphanumeric()).count()).sum::<usize>();
    if let Some(page) = page
        && letters < 200
        && page.len() > 4 * letters
    {
        let mut document = characters(name, page, true, limits)?;
        document.places.clear();
        return Ok(document);
    }
    let mut out = Collector::default();
    let mut quoted = 0;
    for (text, flowed) in texts {
        check_length(name, out.len() + text.len(), limits)?;
        quoted += plain(text, flowed, &mut out);
    }
    let mut document = out.into_document(Document::empty(Format::Eml));
    let unreadable = document.main_text.matches('\u{fffd}').count();
    if unreadable > 0 {
        document.remarks.push(format!("{unreadable} characters could not be read and stand as U+FFFD"));
    }
    if quoted > 0 {
        document.remarks.push(format!("{quoted} lines quoted from earlier messages were left out: they are somebody else's"));
    }
    Ok(document)
}

/// Paragraphs of a plain text; returns how many quoted lines were left out. What follows the line `-- ` is a signature.
fn plain(text: &str, flowed: bool, out: &mut Collector) -> usize {
    let mut paragraph = String::new();
    let mut quoted = 0;
    for line in text.lines() {
        // Its space is lost in the quoted-printable encoding.
        if line == "-- " || line == "--" {
            break;
        }
        // A line that a reader would take for a quotation was stuffed with a space (RFC 3676).
        let line = if flowed { line.strip_prefix(' ').unwrap_or(line) } else { line };
        if line.starts_with(QUOTE) {
            quoted += 1;
            // "On 3 May, N. wrote:" belongs to what it leads in.
            if quoted == 1 && paragraph.trim_end().ends_with(':') {
                paragraph.clear();
            }
            out.push(BlockKind::Body, &paragraph, None, None);
            paragraph.clear();
            continue;
        }
        if line.trim().is_empty() {
            out.push(BlockKind::Body, &paragraph, None, None);
            paragraph.clear();
            continue;
        }
        if !paragraph.is_empty() && !paragraph.ends_with(char::is_whitespace) {
            paragraph.push('\n');
        }
        paragraph.push_str(line);
    }
    out.push(BlockKind::Body, &paragraph, None, None);
    quoted
}

fn sender(address: &Address<'_>) -> Option<String> {
    let first = address.first()?;
    let name = first.name.as_deref().map(str::trim).filter(|n| !n.is_empty());
    name.or(first.address.as_deref()).map(str::to_owned)
}

fn attachment(part: &mail_parser::MessagePart<'_>) -> Attachment {
    let media_type = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |t| t.c_subtype.as_ref().map_or_else(|| t.c_type.to_string(), |sub| format!("{}/{sub}", t.c_type)),
    );
    Attachment { name: part.attachment_name().map(str::to_owned), media_type, bytes: part.contents().len() }
}

#[cfg(test)]
#[path = "eml_tests.rs"]
mod tests;
