//! The words of page instructions and of character maps (ISO 32000, 7.2 and 7.8.2), one at a time.

/// The most operands kept for one operator.
const OPERANDS: usize = 512;

/// The most arrays and dictionaries inside each other.
const DEPTH: usize = 16;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Token>),
    /// A dictionary: it is passed over but for its names.
    Names(Vec<Vec<u8>>),
    Word(Vec<u8>),
}

impl Token {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Token::Number(n) => Some(*n),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Token::Text(t) => Some(t),
            _ => None,
        }
    }
}

pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

fn white(b: u8) -> bool {
    matches!(b, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next operator with its operands.
    pub(super) fn operation(&mut self, operands: &mut Vec<Token>) -> Option<Vec<u8>> {
        operands.clear();
        loop {
            match self.token(0)? {
                Token::Word(word) => {
                    if word == b"ID" {
                        self.image();
                        operands.clear();
                        continue;
                    }
                    return Some(word);
                }
                other => {
                    if operands.len() >= OPERANDS {
                        operands.clear();
                    }
                    operands.push(other);
                }
            }
        }
    }

    /// Past the bytes of a picture that stands among the instructions.
    fn image(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = rest.windows(4).position(|w| white(w[0]) && &w[1..3] == b"EI" && (white(w[3]) || w[3] == b'Q'));
        self.at = end.map_or(self.bytes.len(), |end| self.at + end + 3);
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_white(&mut self) {
        while let Some(b) = self.peek() {
            if b == b'%' {
                while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                    self.at += 1;
                }
            } else if white(b) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    pub(super) fn token(&mut self, depth: usize) -> Option<Token> {
        loop {
            self.skip_white();
            let first = self.peek()?;
            self.at += 1;
            match first {
                b'/' => return Some(Token::Name(self.name())),
                b'(' => return Some(Token::Text(self.literal())),
                b'<' if self.peek() == Some(b'<') => {
                    self.at += 1;
                    return Some(self.dictionary(depth));
                }
                b'<' => return Some(Token::Text(self.hex())),
                b'[' if depth < DEPTH => return Some(self.array(depth)),
                b'[' | b']' | b')' | b'>' | b'{' | b'}' => {}
                _ => {
                    let start = self.at - 1;
                    while self.peek().is_some_and(|b| !white(b) && !delimiter(b)) {
                        self.at += 1;
                    }
                    let word = &self.bytes[start..self.at];
                    return Some(number(word).map_or_else(|| Token::Word(word.to_vec()), Token::Number));
                }
            }
        }
    }

    fn array(&mut self, depth: usize) -> Token {
        let mut out = Vec::new();
        loop {
            self.skip_white();
            match self.peek() {
                None => return Token::Array(out),
                Some(b']') => {
                    self.at += 1;
                    return Token::Array(out);
                }
                _ => match self.token(depth + 1) {
                    Some(token) => out.push(token),
                    None => return Token::Array(out),
                },
            }
        }
    }

    fn dictionary(&mut self, depth: usize) -> Token {
        let mut names = Vec::new();
        loop {
            self.skip_white();
            if self.bytes[self.at..].starts_with(b">>") {
                self.at += 2;
                return Token::Names(names);
            }
            if depth >= DEPTH {
                self.at = self.bytes.len();
            }
            match self.token(depth + 1) {
                Some(Token::Name(name)) => names.push(name),
                Some(_) => {}
                None => return Token::Names(names),
            }
        }
    }

    fn name(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(b) = self.peek().filter(|b| !white(*b) && !delimiter(*b)) {
            self.at += 1;
            let code = self.bytes.get(self.at..self.at + 2).and_then(|h| Some(digit(h[0])? * 16 + digit(h[1])?));
            match code {
                Some(code) if b == b'#' => {
                    out.push(code);
                    self.at += 2;
                }
                _ => out.push(b),
            }
        }
        out
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut open = 1usize;
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'(' => {
                    open += 1;
                    out.push(b);
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return out;
                    }
                    out.push(b);
                }
                b'\\' => self.escape(&mut out),
                _ => out.push(b),
            }
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(b) = self.peek() else { return };
        self.at += 1;
        match b {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u32::from(b - b'0');
                for _ in 0..2 {
                    let Some(next @ b'0'..=b'7') = self.peek() else { break };
                    self.at += 1;
                    code = code * 8 + u32::from(next - b'0');
                }
                out.push((code & 0xff) as u8);
            }
            _ => out.push(b),
        }
    }

    fn hex(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut half = None;
        while let Some(b) = self.peek() {
            self.at += 1;
            if b == b'>' {
                break;
            }
            let Some(value) = digit(b) else { continue };
            match half.take() {
                None => half = Some(value),
                Some(high) => out.push(high * 16 + value),
            }
        }
        out.extend(half.map(|high| high * 16));
        out
    }
}

fn digit(b: u8) -> Option<u8> {
    char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

fn number(word: &[u8]) -> Option<f64> {
    if !word.iter().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')) {
        return None;
    }
    let text = std::str::from_utf8(word).ok()?;
    let value: f64 = text.parse().ok().or_else(|| text.trim_start_matches('-').parse().ok())?;
    value.is_finite().then_some(value)
}
