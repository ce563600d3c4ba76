//! Paragraphs that are no article: appeals, prices, newsletters, captions, headings, help pages.
//!
//! The reader of documents marks blocks already; this is the second judgement, over plain text, and over documents
//! that are about something else altogether.

/// An appeal, a price, a notice to readers: no line of an article.
const APPEAL: &[&str] = &[
    "our readers",
    "readers already",
    "support us",
    "support independent",
    "small favor",
    "small favour",
    "small request",
    "sign up",
    "tip line",
    "card payment",
    "remind me",
    "read also",
    "read more",
    "read on",
    "also read",
    "most read",
    "most popular",
    "more stories",
    "related:",
    "advertisement",
    "become a member",
    "join us",
    "join them",
    "join for",
    "members get",
    "free to read",
    "free stories",
    "cookie",
    "privacy policy",
    "all rights reserved",
    "©",
    "download the",
    "next week:",
    "webinar",
    "question of the week",
    "letters to the editor",
    "at kiosks",
    "reporter’s mail",
    "on board all",
    "reading this on",
    "briefing, read by",
    "per seat",
    "a tote bag",
    "gift link",
    "help centre",
    "help center",
    "was this page",
    "follow us",
    "share this",
    "click here",
    "log in",
    "your account",
    "our app",
    "unlimited access",
    "page views",
    "weather:",
    "reader offer",
    "our journalism",
    "your support",
    "paiment method",
    "payment method",
    "ready to support",
    "we, the journalists",
    "one reader in",
    "median gift",
    "print edition",
    "e-paper",
    "this newspaper costs",
    "crossword",
    "horoscope",
    "giveaway",
    "price of this paper",
    "поддержите",
    "нас читают",
    "читайте также",
    "фото:",
    "реклама",
    "погода:",
    "наш канал",
    "рассылк",
    "донат",
    "пожертв",
    "скачать",
    "구독",
    "많이 본",
    "광고",
    "사진=",
    "뉴스레터",
    "후원",
    "기사제보",
    "저작권",
    "무단",
    "기사 제보",
    "앱에서",
];

/// Words of appeals that news uses too: they count beside a word to the reader, or in a short line without a topic.
const WEAK: &[&str] = &[
    "subscri",
    "newsletter",
    "donat",
    "membership",
    "advertis",
    "promo",
    "coupon",
    "tickets",
    "copyright",
    "sponsor",
    "подпис",
    "독자",
    "무료",
    "readers",
];

/// A caption or credit.
const CREDIT: &[&str] = &[
    "photo:",
    "photo by",
    "photograph:",
    "graphic:",
    "illustration:",
    "picture:",
    "image:",
    "archive",
    "staff photo",
    "📷",
    "file photo",
    "фото",
    "사진",
    "credit:",
    "map:",
    "video:",
    "getty",
    "handout",
];

/// Words that say a document is about sanctions, trade with the listed states, or ships.
const TOPIC: &[&str] = &[
    "north korea",
    "dprk",
    "pyongyang",
    "sanction",
    "security council",
    "embargo",
    "price cap",
    "shadow fleet",
    "ofac",
    "treasury",
    "ship-to-ship",
    "transponder",
    "imo ",
    "export control",
    "iran",
    "syria",
    "venezuela",
    "resolution",
    "u.n.",
    "united nations",
    "smuggl",
    "money launder",
    "blacklist",
    "designat",
    "russia",
    "customs",
    "crude",
    "tanker",
    "barrels",
    "belarus",
    "evasion",
    "front compan",
    "flag registr",
    "shell compan",
    "кндр",
    "санкци",
    "оон",
    "северокоре",
    "совет безопасности",
    "резолюци",
    "эмбарго",
    "минфин",
    "танкер",
    "북한",
    "제재",
    "안보리",
    "유엔",
    "결의",
    "유조선",
    "통일부",
    "환적",
    "нефт",
];

/// Topic words that alone make a document one of ours.
const STRONG: &[&str] = &[
    "north korea",
    "dprk",
    "sanctions list",
    "un sanctions",
    "u.n. sanctions",
    "security council",
    "shadow fleet",
    "price cap",
    "ofac",
    "ship-to-ship",
    "embargo",
    "кндр",
    "санкци",
    "북한",
    "제재",
    "안보리",
    "sanctions committee",
    "sanctioned",
    "sanctions",
    "export control",
    "blacklisted",
];

/// Judges the paragraphs of a text: true for those that may hold claims.
pub(crate) fn keep(paragraphs: &[&str], structured: bool) -> Vec<bool> {
    let lower: Vec<String> =
        paragraphs.iter().map(|p| p.chars().take(4_000).collect::<String>().to_lowercase().replace(['\u{a0}', '\u{202f}'], " ")).collect();
    let mut out = vec![true; paragraphs.len()];
    let whole = lower.join("\n");
    if !on_topic(&whole) {
        return vec![false; paragraphs.len()];
    }
    let mut closing = false;
    for (i, (paragraph, low)) in paragraphs.iter().zip(&lower).enumerate() {
        let topical = STRONG.iter().any(|w| low.contains(w));
        let news = topical && low.len() > 160;
        let asks = low.contains("support") || low.contains("subscri");
        let appeal = APPEAL.iter().any(|w| low.contains(w)) && (!news || asks);
        let weak = WEAK.iter().any(|w| low.contains(w)) && !topical_news(low) && (self_talk(low) || low.len() < 120 && !topical);
        let appeal = appeal || weak;
        let credit = CREDIT.iter().any(|w| low.contains(w)) && low.len() < 220 && !ends_like_prose(paragraph);
        let heading = !structured && !ends_like_prose(paragraph) && low.len() < 200;
        let first_person = self_talk(low) && !topical_news(low);
        if appeal && i * 2 > paragraphs.len() {
            closing = true;
        }
        let tail = closing && (!topical || self_talk(low));
        out[i] = !(appeal || credit || heading || first_person || tail);
    }
    out
}

/// At least two different topic words, one of them strong, and not a page that talks about itself.
fn on_topic(whole: &str) -> bool {
    let strong = STRONG.iter().filter(|w| whole.contains(*w)).count();
    let topics = TOPIC.iter().filter(|w| whole.contains(*w)).count();
    // "sanction" as a verb for rule-breaking readers is not enough: some party to sanctions must be named.
    let selfish =
        ["our readers", "dear reader", "help centre", "help center", "our members", "our support team", "new readers", "our subscribers"]
            .iter()
            .filter(|w| whole.contains(*w))
            .count();
    strong >= 1 && topics >= 2 + 2 * selfish || selfish == 0 && topics >= 5
}

/// The writer speaks of the outlet, outside a quotation.
fn self_talk(low: &str) -> bool {
    let mut depth = false;
    let mut words = String::new();
    for c in low.chars() {
        match c {
            '“' | '«' => depth = true,
            '”' | '»' => depth = false,
            '"' => depth = !depth,
            _ if !depth => words.push(if c.is_alphanumeric() || c == '\'' || c == '’' { c } else { ' ' }),
            _ => words.push(' '),
        }
    }
    words.split_whitespace().any(|w| matches!(w, "we" | "our" | "us" | "you" | "your" | "we’re" | "мы" | "нас" | "наш" | "нам"))
}

/// A retraction or correction speaks of the outlet too.
fn topical_news(low: &str) -> bool {
    [
        "correction",
        "wrong",
        "withdraw",
        "error",
        "earlier version",
        "reported last",
        "we wrote",
        "edition",
        "we gave",
        "we said",
        "we put",
        "should have",
        "told us",
        "mistake",
        "we reported",
        "retract",
        "уточнение",
        "исправление",
        "ошибк",
        "정정",
        "바로잡",
    ]
    .iter()
    .any(|w| low.contains(w))
}

fn ends_like_prose(paragraph: &str) -> bool {
    let trimmed = paragraph.trim_end();
    trimmed.ends_with(['.', '!', '?', '”', '"', '»', '…', ':', '。', ')', '’', ';', ','])
}

/// Whether a block of a page is an appeal, a price, a newsletter box or a credit, whatever the page is about.
pub(crate) fn furniture(paragraph: &str) -> bool {
    let low = paragraph.chars().take(4_000).collect::<String>().to_lowercase().replace(['\u{a0}', '\u{202f}'], " ");
    let topical = STRONG.iter().any(|w| low.contains(w));
    let asks = low.contains("support us") || low.contains("subscribe") || low.contains("sign up");
    let appeal = low.len() < 600 && APPEAL.iter().any(|w| low.contains(w)) && (!topical || asks);
    let weak = WEAK.iter().any(|w| low.contains(w)) && !topical && !topical_news(&low) && (self_talk(&low) || low.len() < 90);
    let credit = CREDIT.iter().any(|w| low.contains(w)) && low.len() < 220 && !ends_like_prose(paragraph);
    appeal || weak || credit
}
