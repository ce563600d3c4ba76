//! Every weight and threshold of the comparison, each with its reason.

/// The numbers that decide. All are fractions unless said; the defaults were tuned on half of the open sets and checked on the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Similarity of two spellings of one sound (Mohammed, Muhamed): less than the letter-exact 1.
    pub same_sound: f64,
    /// Similarity of a name and its usual short form (Bill, William).
    pub nickname: f64,
    /// Similarity of an initial and a name that begins with it.
    pub initial: f64,
    /// Similarity lost at the very edge of the edit budget of a person's word; words over budget are different words.
    pub edit_loss: f64,
    /// The same for words of organisations, whose budgets are smaller: what is within them is close.
    pub edit_loss_firm: f64,
    /// Factor where one name has "Abd" and the other another word in its place.
    pub tail_differs: f64,
    /// Factor where father and son change places: Salman bin Muhammad is not Muhammad bin Salman.
    pub father_and_son: f64,
    /// How many times its own weight a contradiction weighs: both names have another word in one place.
    pub conflict: f64,
    /// The least weight of a contradiction between parts of a person's name: Ahmed is common, but it is not Hassan.
    pub conflict_floor: f64,
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
    /// Factor for numbers that differ: Daesong No. 8 is not No. 2.
    pub number_differs: f64,
    /// Factor for a number that only one side has.
    pub number_missing: f64,
    /// Factor for places that differ.
    pub place_differs: f64,
    /// The most that an acronym of a whole name can give.
    pub acronym: f64,
    /// The most that two native spellings (Han, Hangul) with another character can give.
    pub native_differs: f64,
    /// The most that ships' names can give when a word differs.
    pub vessel_differs: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            same_sound: 0.96,
            nickname: 0.8,
            initial: 0.8,
            edit_loss: 0.5,
            edit_loss_firm: 0.3,
            tail_differs: 0.75,
            father_and_son: 0.6,
            conflict: 2.0,
            conflict_floor: 0.5,
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
            number_differs: 0.55,
            number_missing: 0.72,
            place_differs: 0.75,
            acronym: 0.72,
            native_differs: 0.6,
            vessel_differs: 0.5,
        }
    }
}
