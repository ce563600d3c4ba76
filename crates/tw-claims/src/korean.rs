//! Korean: the usual forms of reported speech, and the words by which claims are told apart.

use crate::cues::Verb;
use crate::model::{ClaimType, Modality};
use crate::source::Piece;
use crate::text::Sentence;

const SPEECH: &[&str] = &[
    "말했",
    "보도했",
    "전했",
    "밝혔",
    "덧붙였",
    "주장했",
    "추정했",
    "분석했",
    "설명했",
    "강조했",
    "지적했",
    "경고했",
    "추산했",
    "답했",
    "알렸",
    "발표했",
    "확인했",
    "했다",
    "집계했",
    "평가했",
    "말한다",
    "전한다",
];

fn speech(low: &str) -> Option<Verb> {
    let stem = SPEECH.iter().find(|s| low.starts_with(*s))?;
    Some(if stem.starts_with("추") { Verb::Estimate } else { Verb::Say })
}

fn quotative(low: &str) -> bool {
    ["다고", "라고", "냐고", "자고", "다며", "라며", "다면서", "라면서"].iter().any(|e| low.ends_with(e)) || low == "고" || low == "것으로"
}

fn topic(low: &str) -> bool {
    low.chars().count() >= 2
        && (low.ends_with('은') || low.ends_with('는') || low.ends_with('측'))
        && !["있는", "없는", "하는", "받는", "되는", "일하는", "한다는", "라는", "다는"].iter().any(|e| low.ends_with(e))
        || low == "그는"
}

fn subject(low: &str) -> bool {
    low.chars().count() >= 2 && (low.ends_with('이') || low.ends_with('가'))
}

/// The pieces of a sentence with their sources.
pub(crate) fn pieces(s: &Sentence, text: &str, publisher: &str) -> Vec<Piece> {
    let t = &s.tokens;
    let n = t.len();
    let low = |i: usize| t.get(i).map_or("", |t| t.low.as_str());
    let words = |a: usize, b: usize| -> String {
        let raw = match (t.get(a), b.checked_sub(1).and_then(|j| t.get(j))) {
            (Some(x), Some(y)) if a < b => text.get(x.start..y.end).unwrap_or(""),
            _ => "",
        };
        let name = raw.trim_matches(|c: char| matches!(c, ',' | '“' | '”' | '"' | ' '));
        let cut = name.char_indices().next_back().filter(|(_, c)| matches!(c, '은' | '는' | '이' | '가' | '를' | '을'));
        let name = cut.filter(|(i, _)| name[..*i].chars().count() >= 1).map_or(name, |(i, _)| &name[..i]);
        name.trim().to_owned()
    };
    let whole = vec![Piece { a: 0, b: n, ..Piece::default() }];
    let Some(v) = (0..n).rev().find(|i| speech(low(*i)).is_some()) else {
        // "결의에 따르면", "자료에 따르면".
        return according(s, &words).unwrap_or(whole);
    };
    if v + 3 < n {
        return according(s, &words).unwrap_or(whole);
    }
    let Some(q) = (1..v).rev().find(|i| quotative(low(*i))) else { return according(s, &words).unwrap_or(whole) };
    let verb = speech(low(v)).unwrap_or(Verb::Say);
    // "… 늘었다고 온라인 매체 X이 19일 보도했다": the source stands behind.
    let behind = (q + 1..v).find(|i| subject(low(*i)) || topic(low(*i)));
    let mut chain = Vec::new();
    let mut start = 0;
    if let Some(end) = behind {
        chain.push(words(q + 1, end + 1));
    } else {
        let limit = q.min(9);
        let Some(end) = (0..limit).find(|i| topic(low(*i))) else { return according(s, &words).unwrap_or(whole) };
        let name = words(0, end + 1);
        let name = name.strip_prefix("이 ").map_or(name.clone(), str::to_owned);
        chain.push(name);
        start = end + 1;
        if low(start) == "," {
            start += 1;
        }
    }
    // "X를 인용해".
    if let Some(cite) = (start..q).find(|i| low(*i).starts_with("인용")) {
        chain.push(words(start, cite));
        start = cite + 1;
    }
    chain.retain(|c| !c.is_empty() && c != publisher);
    vec![Piece { a: start, b: q + 1, chain, verbs: vec![verb], lead: behind.is_none().then_some(0), carried: false }]
}

fn according(s: &Sentence, words: &impl Fn(usize, usize) -> String) -> Option<Vec<Piece>> {
    let n = s.tokens.len();
    let k = (1..n).find(|i| matches!(s.tokens[*i].low.as_str(), "따르면" | "의하면"))?;
    let name = words(0, k);
    let name = name.strip_suffix('에').unwrap_or(&name).to_owned();
    // "According to the resolution" states the law, not a source.
    let chain = if name.ends_with("결의") || name.ends_with("규정") { Vec::new() } else { vec![name] };
    Some(vec![Piece { a: 0, b: n, chain, verbs: vec![Verb::Say], lead: None, carried: false }])
}

fn any(s: &Sentence, a: usize, b: usize, list: &[&str]) -> bool {
    // Korean words carry endings in front and behind: plain search in the words of the stretch.
    let words: Vec<&str> = s.tokens[a.min(s.tokens.len())..b.min(s.tokens.len())].iter().map(|t| t.low.as_str()).collect();
    let joined = words.join(" ");
    list.iter().any(|w| joined.contains(w))
}

/// What a clause is, by its words: type, modality, whether no answer was given. None if it is no claim.
pub(crate) fn judge(s: &Sentence, a: usize, b: usize, piece: &Piece, facts: super::claim::Facts) -> Option<(ClaimType, Modality, bool)> {
    let n = s.tokens.len();
    let has = |list: &[&str]| any(s, a, b, list);
    let whole = |list: &[&str]| any(s, 0, n, list);
    if whole(&[
        "응하지 않",
        "답하지 않",
        "답변하지 않",
        "논평을 거부",
        "언급을 거부",
        "연락이 닿지",
        "확인해 줄 수 없",
        "답변을 거부",
        "회신하지 않",
        "확인할 수 없다고",
    ]) {
        return Some((ClaimType::Denial, Modality::Asserted, true));
    }
    if whole(&["부인했", "부인하", "반박했", "일축했", "취소했", "철회했", "정정했", "바로잡", "사실이 아니", "사실무근"])
    {
        return Some((ClaimType::Denial, Modality::Denied, false));
    }
    if facts.quoted && has(&["성실히 이행", "이행하고 있", "없다", "아니다", "모른다", "한 적이", "준수"]) && !facts.required
    {
        return Some((ClaimType::Denial, Modality::Denied, false));
    }
    if has(&["모른다", "볼 수 없", "비가 내", "지나간다", "물었다"]) || whole(&["물었다", "직접 확인하지 못"]) {
        return None;
    }
    let modality = if has(&["수 있다", "수 있", "가능성", "것으로 보인", "것으로 보이", "듯하", "의심"]) {
        Modality::Possible
    } else if whole(&["추정", "추산"]) || piece.verbs.contains(&Verb::Estimate) {
        Modality::Estimated
    } else if has(&["혐의", "신고했", "신고된", "통보했"]) {
        Modality::Reported
    } else {
        Modality::Asserted
    };
    let kind = if has(&["제재 대상", "제재 명단", "제재 목록", "블랙리스트", "지정했", "명단에"]) {
        ClaimType::Designation
    } else if has(&["위반", "어긋나", "저촉", "회피", "불법"]) && !has(&["기소", "구속"]) {
        ClaimType::LegalAssessment
    } else if facts.required && has(&["차이", "격차", "반면", "에 비해"]) {
        ClaimType::TradeGap
    } else if facts.money && has(&["송금", "벌", "수입", "임금", "지급", "상납", "월급", "수익", "거래액", "대금", "받았", "팔"])
    {
        ClaimType::Revenue
    } else if has(&["기소", "구속", "체포", "선고", "벌금", "압수"]) {
        ClaimType::Event
    } else if has(&["환적", "입항", "출항", "정박", "항해", "목적지", "자동식별", "흘수", "해상에서"]) {
        ClaimType::Voyage
    } else if facts.required {
        ClaimType::Quantity
    } else if !piece.chain.is_empty() || facts.dated || has(&["시한", "금지", "결의"]) {
        ClaimType::Event
    } else {
        return None;
    };
    Some((kind, modality, false))
}
