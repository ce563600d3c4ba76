//! Russian: the usual forms of reported speech, and the words by which claims are told apart.

use crate::cues::Verb;
use crate::model::{ClaimType, Modality};
use crate::source::Piece;
use crate::text::Sentence;

const SPEECH: &[&str] = &[
    "сообщил",
    "сказал",
    "заявил",
    "отметил",
    "рассказал",
    "утвержда",
    "напомнил",
    "добавил",
    "пояснил",
    "подчеркнул",
    "подтвердил",
    "передаёт",
    "передает",
    "пишет",
    "написал",
    "счита",
    "утвержда",
    "полага",
    "уточнил",
    "объяснил",
    "заявля",
    "сообща",
    "признал",
    "предупредил",
    "указал",
    "говорит",
    "следует",
    "подсчитал",
    "оценил",
    "оценива",
    "предположил",
    "вывод",
    "выяснил",
    "ответил",
    "показыва",
    "свидетельству",
    "обвинил",
];

const FRONT: &[&str] = &[
    "по данным",
    "по словам",
    "по оценке",
    "по оценкам",
    "по информации",
    "по сведениям",
    "по подсчётам",
    "по подсчетам",
    "по расчётам",
    "согласно данным",
    "согласно",
    "по версии",
    "по мнению",
    "как сообщил*",
    "как следует из",
];

fn speech(low: &str) -> Option<Verb> {
    let stem = SPEECH.iter().find(|s| low.starts_with(*s))?;
    Some(match *stem {
        "подсчитал" | "оценил" | "оценива" => Verb::Estimate,
        "счита" | "полага" => Verb::Say,
        "предположил" => Verb::Believe,
        "следует" | "показыва" | "свидетельству" => Verb::Show,
        _ => Verb::Say,
    })
}

/// The pieces of a sentence with their sources.
pub(crate) fn pieces(s: &Sentence, text: &str) -> Vec<Piece> {
    let t = &s.tokens;
    let n = t.len();
    let low = |i: usize| t.get(i).map_or("", |t| t.low.as_str());
    let words = |a: usize, b: usize| -> String {
        match (t.get(a), b.checked_sub(1).and_then(|j| t.get(j))) {
            (Some(x), Some(y)) if a < b => text.get(x.start..y.end).unwrap_or("").trim_matches(|c| matches!(c, '«' | '»' | ' ')).to_owned(),
            _ => String::new(),
        }
    };
    let phrase_end =
        |from: usize| (from..n).find(|i| matches!(low(*i), "," | ":" | ";" | ".") || low(*i) == "-" && t[*i].spaced).unwrap_or(n);
    let piece = |a: usize, b: usize, source: String, verb: Verb, lead: Option<usize>| {
        let chain = if source.is_empty() { Vec::new() } else { vec![source] };
        vec![Piece { a, b, chain, verbs: vec![verb], lead, carried: false }]
    };
    for front in FRONT {
        let Some((k, after)) = s.find(front, 0, n) else { continue };
        let end = phrase_end(after);
        let verb = if front.contains("оценк") || front.contains("подсч") || front.contains("расч") {
            Verb::Estimate
        } else {
            Verb::Say
        };
        let source = words(after, end);
        if source.is_empty() {
            continue;
        }
        if k <= 1 {
            return piece((end + 1).min(n), n, source, verb, Some(k));
        }
        return piece(0, n, source, verb, None);
    }
    // A verb of saying after a comma or a dash: trailing; before "что" or a colon: leading.
    for v in (0..n).rev() {
        let Some(verb) = speech(low(v)) else { continue };
        let before = if v > 0 { low(v - 1) } else { "" };
        if v > 1 && matches!(before, "," | "-" | "\"") {
            let mut from = v + 1;
            // Days and "из данных": not the source.
            if matches!(low(from), "в" | "во")
                && matches!(low(from + 1), "понедельник" | "вторник" | "среду" | "четверг" | "пятницу" | "субботу" | "воскресенье")
            {
                from += 2;
            }
            if matches!(low(from), "из" | "в" | "во") {
                from += 1;
            }
            let end = phrase_end(from);
            let mut stop = v;
            while stop > 0 && matches!(low(stop - 1), "," | "-" | "\"" | ".") {
                stop -= 1;
            }
            let source = words(from, end);
            if !source.is_empty() && stop > 1 {
                return piece(0, stop, source, verb, None);
            }
        }
        let mut c = v + 1;
        while c < n && c < v + 8 && !matches!(low(c), "," | ":") {
            c += 1;
        }
        if matches!(low(c), "," | ":") && (low(c + 1) == "что" || low(c) == ":") && v > 0 {
            let start = c + 1 + usize::from(low(c + 1) == "что");
            // "…, однако эксперт утверждает, что …": what stands before the comma is a statement of its own.
            let comma = (0..v).rev().find(|i| low(*i) == ",").filter(|k| matches!(low(k + 1), "однако" | "но" | "а" | "и"));
            let mut a = comma.map_or(0, |k| k + 2);
            if matches!(low(a), "в" | "во") {
                a += 1;
            }
            let mut out = piece(start, n, words(a, v), verb, Some(comma.map_or(0, |k| k + 1)));
            if let Some(k) = comma.filter(|k| *k > 3) {
                out.insert(0, Piece { a: 0, b: k, ..Piece::default() });
            }
            return out;
        }
    }
    vec![Piece { a: 0, b: n, ..Piece::default() }]
}

pub(crate) const NO_COMMENT: &[&str] = &[
    "не ответил*",
    "не ответили",
    "отказал*",
    "не прокомментировал*",
    "от комментариев",
    "не удалось связаться",
    "не удалось получить",
    "не отреагировал*",
    "не смогли подтвердить",
    "не стал* комментировать",
];
pub(crate) const DENIES: &[&str] =
    &["опроверг*", "отрица*", "отверг*", "отвергл*", "не подтвердил*", "не признал*", "не признаёт", "не признает"];
const RETRACTS: &[&str] =
    &["исправление", "уточнение", "ошибочно", "приносим извинения", "отозвал*", "неверно указан*", "снял* публикацию"];
const REBUTS: &[&str] = &[
    "не поставля*",
    "не поставил*",
    "не перегруж*",
    "не причаст*",
    "не менялась",
    "не менялся",
    "не менялись",
    "никогда",
    "ни одного",
    "ни одной",
    "не имеет отношения",
    "не знает",
    "не известно",
    "неизвестно",
    "ложь",
    "не соответствует",
    "соблюда*",
    "выполня*",
    "не увеличивал*",
    "не выдавал*",
    "не поставлял*",
];
const DESIGNATES: &[&str] = &[
    "санкционный список",
    "санкционные списки",
    "санкционного списка",
    "ввел* санкции",
    "ввёл санкции",
    "ввели санкции",
    "под санкции",
    "под санкциями",
    "чёрный список",
    "внес* в список",
    "включил* в список",
    "включён в список",
    "исключил* из",
];
const LEGAL: &[&str] = &["наруш*", "в обход", "противореч*", "незаконн*", "уклонени*", "вразрез"];
const PROCEDURE: &[&str] = &["приговор*", "обвинени*", "оштраф*", "задерж*", "арест*", "конфиск*", "штраф*", "возбуд*"];
const MONEY: &[&str] = &[
    "отправля*",
    "заработ*",
    "зарабатыв*",
    "выручк*",
    "доход*",
    "перевод*",
    "перевел*",
    "перечисл*",
    "заплат*",
    "стоимост*",
    "зарплат*",
    "получа*",
    "выплат*",
    "продал*",
    "оборот*",
];
const MOVES: &[&str] = &[
    "в открытом море",
    "борт о борт",
    "открытом море",
    "транспондер*",
    "осадк*",
    "перегруз*",
    "перевал*",
    "стоянк*",
    "на якоре",
    "порт назначения",
    "порта назначения",
    "сигнал*",
    "рейс*",
    "зашл*",
    "зашел*",
    "зашёл",
    "вышл*",
    "вышел",
    "прибыл*",
    "курс на",
    "борт к борту",
    "миль*",
    "отключил*",
    "пришвартовал*",
];
const SHIPS: &[&str] = &["судно", "судна", "суда", "судов", "танкер*", "теплоход*", "корабл*"];
const GAP: &[&str] = &["расхожд*", "разниц*", "разрыв*", "не совпада*", "превышает"];
const RULES: &[&str] = &["запрещ*", "ограничен*", "не более", "обязан*"];
const POSSIBLE: &[&str] = &[
    "может",
    "могут",
    "могла",
    "могли",
    "мог",
    "могло",
    "возможно",
    "вероятно",
    "по-видимому",
    "похоже",
    "предположительно",
    "не исключ*",
    "подозрева*",
];
const ESTIMATED: &[&str] = &["по оценк*", "оценива*", "оценил*", "подсчит*", "по расч*"];
const REPORTED: &[&str] = &["якобы", "обвиня*", "таможня учла", "по таможенным", "по данным таможни", "задеклар*", "уведомил*"];
const NO_CLAIM: &[&str] = &["спросил*", "неясно"];

/// What a clause is, by its words: type, modality, whether no answer was given. None if it is no claim.
pub(crate) fn judge(s: &Sentence, a: usize, b: usize, piece: &Piece, facts: super::claim::Facts) -> Option<(ClaimType, Modality, bool)> {
    let has = |list: &[&str]| s.has_in(list, a, b);
    if s.has_any(NO_CLAIM) || s.norm.starts_with(" об этом ") {
        return None;
    }
    if s.has_any(NO_COMMENT) {
        return Some((ClaimType::Denial, Modality::Asserted, true));
    }
    if s.has_in(DENIES, 0, s.tokens.len()) || has(RETRACTS) || s.has_any(RETRACTS) {
        return Some((ClaimType::Denial, Modality::Denied, false));
    }
    if has(REBUTS)
        && !piece.chain.is_empty()
        && (facts.quoted || s.tokens.get(a).is_some_and(|t| t.is("не")) || s.has_any(&["министерств*", "представитель"]))
        && !facts.required
    {
        return Some((ClaimType::Denial, Modality::Denied, false));
    }
    let modality = if has(POSSIBLE) || piece.verbs.contains(&Verb::Believe) {
        Modality::Possible
    } else if has(ESTIMATED) || piece.verbs.contains(&Verb::Estimate) {
        Modality::Estimated
    } else if has(REPORTED) {
        Modality::Reported
    } else {
        Modality::Asserted
    };
    let kind = if has(DESIGNATES) {
        ClaimType::Designation
    } else if has(LEGAL) && !has(PROCEDURE) {
        ClaimType::LegalAssessment
    } else if has(GAP) && (facts.required || has(&["таможн*"])) {
        ClaimType::TradeGap
    } else if facts.money && has(MONEY) && !has(PROCEDURE) {
        ClaimType::Revenue
    } else if has(PROCEDURE) {
        ClaimType::Event
    } else if has(&["в открытом море", "борт к борту"]) || has(MOVES) && s.has_any(SHIPS) || has(&["транспондер*", "осадк*", "якор*"])
    {
        ClaimType::Voyage
    } else if facts.required {
        ClaimType::Quantity
    } else if has(RULES) || !piece.chain.is_empty() || facts.dated || facts.named {
        ClaimType::Event
    } else {
        return None;
    };
    Some((kind, modality, false))
}
