//! Every weight and threshold of the comparison, each with its reason.

/// The numbers that decide. All are fractions unless said; the defaults were tuned on half of the open sets and checked on the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Similarity of two spellings of one sound (Mohammed, Muhamed): less than the letter-exact 1.
    pub same_sound: f64,
    /// Similarity of two spellings that a table of names (Wikidata) holds for one name (John, Juan).
    pub same_name: f64,
    /// Similarity of a name and its usual short form (Bill, William).
    pub nickname: f64,
    /// Similarity of an initial and a name that begins with it.
    pub initial: f64,
    /// Similarity lost at the very edge of the edit budget of a person's word; words over budget are different words.
    pub edit_loss: f64,
    /// The same for words of organisations, whose budgets are smaller: what is within them is close.
    pub edit_loss_firm: f64,
    /// The same for ships.
    pub edit_loss_ship: f64,
    /// Factor where one name has "Abd" and the other another word in its place.
    pub tail_differs: f64,
    /// Factor where father and son change places: Salman bin Muhammad is not Muhammad bin Salman.
    pub father_and_son: f64,
    /// How many times its own weight a contradiction weighs: both names have another word in one place.
    pub conflict: f64,
    /// The same where both words come first: given names.
    pub conflict_first: f64,
    /// The most that two persons' names can give when both have a full word that the other lacks: below the usual threshold.
    pub contradiction: f64,
    /// The least weight of a contradiction between parts of a person's name: Ahmed is common, but it is not Hassan.
    pub conflict_floor: f64,
    /// How much the agreeing words must tell (rare names 1, Muhammad 0.25) where words are missing on one side.
    pub enough: f64,
    /// How much is lost if they tell nothing.
    pub scarce: f64,
    /// Factor where one name begins with a given name that the other lacks, in Arabic names: they go on with the
    /// father's and grandfather's names, so that a brother's or a son's name differs in the first word alone.
    pub leading_extra: f64,
    /// Factor where two words agree in another order and the rest is missing.
    pub inverted: f64,
    /// Factor where both sources say which word is the family name and the words change places: Friedrich Hans is not Hans Friedrich.
    pub swapped: f64,
    /// Weight of a word that only the query has: the asker knows something that the list does not.
    pub extra_query: f64,
    /// Weight of a word that only the candidate has: lists give full names, records short ones.
    pub extra_candidate: f64,
    /// Weight of a patronymic that only one side has.
    pub extra_patronymic: f64,
    /// Factor for two patronymics that differ: another father, another person.
    pub patronymic_differs: f64,
    /// The most that one matching word of a person's name can give against a longer name.
    pub single_word: f64,
    /// Weight of a particle (al, bin, van).
    pub particle: f64,
    /// Weight of a title.
    pub title: f64,
    /// Weight of a legal form.
    pub form: f64,
    /// Weight of a word that says nothing (company, group, the).
    pub bland: f64,
    /// Weight of a word of trade (bank, shipping).
    pub sector: f64,
    /// Weight of a place.
    pub place: f64,
    /// Weight of a word that only one organisation has.
    pub extra_word: f64,
    /// Factor where one is a foundation, association or other body without shareholders and the other a company: two legal persons by
    /// law, however alike they call themselves.
    pub charity_differs: f64,
    /// Factor for numbers that differ: Daesong No. 8 is not No. 2.
    pub number_differs: f64,
    /// Factor for a number that only one side has.
    pub number_missing: f64,
    /// The same where the number is one: the first of its kind is often not counted.
    pub number_one_missing: f64,
    /// Factor for places that differ.
    pub place_differs: f64,
    /// The most that an acronym of a whole name can give.
    pub acronym: f64,
    /// The most that two native spellings (Han, Hangul) with another character can give.
    pub native_differs: f64,
    /// What the same letters with other spaces give.
    pub same_letters: f64,
    /// The most that the names of a person and an organisation, or of a ship and another, can give.
    pub other_kind: f64,
    /// The most that ships' names can give when a word differs.
    pub vessel_differs: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            same_sound: 0.96,
            same_name: 0.88,
            nickname: 0.8,
            initial: 0.8,
            edit_loss: 0.45,
            edit_loss_firm: 0.3,
            edit_loss_ship: 0.25,
            tail_differs: 0.75,
            father_and_son: 0.6,
            conflict: 2.0,
            conflict_first: 3.0,
            contradiction: 0.69,
            conflict_floor: 0.5,
            enough: 0.9,
            scarce: 0.4,
            leading_extra: 0.7,
            inverted: 0.85,
            swapped: 0.68,
            extra_query: 0.38,
            extra_candidate: 0.2,
            extra_patronymic: 0.1,
            patronymic_differs: 0.6,
            single_word: 0.65,
            particle: 0.08,
            title: 0.03,
            form: 0.08,
            bland: 0.08,
            sector: 0.4,
            place: 0.35,
            extra_word: 0.8,
            charity_differs: 0.68,
            number_differs: 0.55,
            number_missing: 0.68,
            number_one_missing: 0.9,
            place_differs: 0.75,
            acronym: 0.72,
            native_differs: 0.6,
            same_letters: 0.93,
            other_kind: 0.65,
            vessel_differs: 0.5,
        }
    }
}
