//! The English of the words that names of organisations and ships are made of, in Hangul, Han, Cyrillic, Arabic and kana.
//!
//! Plain facts (word = translation), written for this crate from general knowledge. Where several English words are usual, the one that
//! sanctions lists use most comes first.

use std::collections::HashMap;
use std::sync::LazyLock;

type Entry = (&'static str, &'static [&'static str]);

#[rustfmt::skip]
const HANGUL: &[Entry] = &[
    // Countries and places.
    ("조선민주주의인민공화국", &["democratic people's republic of korea", "dprk"]), ("조선", &["korea", "korean", "choson"]), ("한국", &["korea"]), ("북한", &["north korea"]), ("평양", &["pyongyang"]),
    ("남포", &["nampo"]), ("원산", &["wonsan"]), ("청진", &["chongjin"]), ("흥남", &["hungnam"]), ("단천", &["tanchon"]), ("라선", &["rason"]), ("라진", &["rajin"]), ("신의주", &["sinuiju"]), ("개성", &["kaesong"]),
    ("녕변", &["yongbyon", "nyongbyon"]), ("영변", &["yongbyon"]), ("함흥", &["hamhung"]), ("해주", &["haeju"]), ("대동강", &["taedonggang", "taedong river"]), ("압록강", &["amnokgang", "amrokgang", "yalu river"]), ("두만강", &["tumangang", "tumen river"]),
    ("백두산", &["paektusan", "mount paektu"]), ("금강산", &["kumgangsan", "mount kumgang"]), ("금강", &["kumgang"]), ("대성", &["daesong", "taesong"]), ("은하", &["unha", "galaxy"]), ("련봉", &["ryonbong"]), ("부강", &["pugang"]), ("남강", &["namgang"]),
    ("광선", &["kwangson"]), ("혁신", &["hyoksin"]), ("대진", &["daejin", "taejin"]), ("봉화", &["ponghwa"]), ("만수대", &["mansudae"]), ("모란봉", &["moranbong"]), ("천리마", &["chollima"]), ("중국", &["china", "chinese"]), ("로씨야", &["russia"]), ("러시아", &["russia"]), ("국제", &["international"]), ("세계", &["world"]), ("동방", &["oriental", "tongbang"]), ("동양", &["oriental"]), ("아시아", &["asia"]),
    // Kinds of organisation.
    ("회사", &["company", "corporation"]), ("총회사", &["general corporation"]), ("유한책임회사", &["limited liability company"]), ("유한회사", &["limited company"]), ("주식회사", &["company limited", "corporation"]), ("합영회사", &["joint venture company"]), ("합작회사", &["joint venture"]), ("합영", &["joint venture"]), ("합작", &["joint venture"]),
    ("그룹", &["group"]), ("집단", &["group"]), ("공사", &["corporation"]), ("상사", &["trading company", "trading"]), ("총국", &["general bureau"]), ("국", &["bureau"]), ("총국장", &["director general"]), ("관리국", &["management bureau"]), ("지도국", &["guidance bureau", "guidance department"]), ("부", &["department"]), ("성", &["ministry"]), ("위원회", &["commission", "committee"]), ("내각", &["cabinet"]), ("협회", &["association"]), ("련맹", &["federation", "union"]), ("연맹", &["federation"]), ("동맹", &["league", "union"]), ("조합", &["cooperative"]), ("재단", &["foundation"]), ("대표부", &["representative office"]), ("대사관", &["embassy"]), ("사무소", &["office"]), ("사무국", &["secretariat"]), ("지사", &["branch"]), ("지점", &["branch"]), ("분점", &["branch"]), ("본부", &["headquarters"]), ("중앙", &["central"]), ("인민", &["people's"]), ("민주", &["democratic"]), ("공화국", &["republic"]), ("국가", &["state"]), ("사회주의", &["socialist"]),
    ("공장", &["factory", "plant"]), ("기업소", &["enterprise"]), ("련합기업소", &["complex", "united enterprise"]), ("제작소", &["works"]), ("제련소", &["smelter"]), ("제철소", &["iron works"]), ("제강소", &["steel works"]), ("조선소", &["shipyard"]), ("발전소", &["power plant"]), ("탄광", &["coal mine"]), ("광산", &["mine"]), ("연구소", &["research institute", "institute"]), ("연구원", &["institute"]), ("과학원", &["academy of sciences"]), ("과학", &["science"]), ("대학", &["university"]), ("종합대학", &["university"]), ("학교", &["school"]), ("병원", &["hospital"]), ("신문", &["newspaper"]), ("방송", &["broadcasting"]), ("통신사", &["news agency"]), ("통신", &["telecommunications", "communications"]), ("우편", &["post"]), ("체신", &["posts and telecommunications"]), ("봉사", &["service"]), ("식당", &["restaurant"]), ("호텔", &["hotel"]),
    // Trades and goods.
    ("무역", &["trading", "trade"]), ("무역은행", &["trade bank"]), ("대외무역", &["foreign trade"]), ("은행", &["bank", "banking"]), ("상업", &["commercial"]), ("상업은행", &["commercial bank"]), ("신용", &["credit"]), ("신용은행", &["credit bank"]), ("금융", &["finance", "financial"]), ("투자", &["investment"]), ("보험", &["insurance"]), ("대외", &["foreign", "external"]), ("대외경제", &["external economic"]), ("경제", &["economic"]), ("개발", &["development"]), ("광업", &["mining"]), ("광업개발", &["mining development"]), ("공업", &["industry", "industrial"]), ("중공업", &["heavy industry"]), ("경공업", &["light industry"]), ("기계", &["machinery", "machine"]), ("기술", &["technology", "technical"]), ("전자", &["electronics", "electronic"]), ("전기", &["electric"]), ("전력", &["power"]), ("원자력", &["atomic energy"]), ("핵", &["nuclear"]), ("로케트", &["rocket", "missile"]), ("미싸일", &["missile"]), ("미사일", &["missile"]), ("우주", &["space"]), ("화학", &["chemical"]), ("석유", &["petroleum", "oil"]), ("원유", &["crude oil"]), ("연유", &["fuel oil", "oil"]), ("가스", &["gas"]), ("석탄", &["coal"]), ("철강", &["steel"]), ("강철", &["steel"]), ("철", &["iron"]), ("금속", &["metal"]), ("금", &["gold"]), ("비철금속", &["nonferrous metals"]), ("흑색금속", &["ferrous metals"]), ("마그네샤", &["magnesia"]), ("건설", &["construction"]), ("건재", &["building materials"]), ("자재", &["materials"]), ("수출", &["export"]), ("수입", &["import"]), ("수출입", &["export and import"]), ("해운", &["shipping", "marine", "maritime"]), ("해양", &["ocean", "maritime"]), ("원양", &["ocean"]), ("항해", &["navigation"]), ("선박", &["ship", "vessel"]), ("선박관리", &["ship management"]), ("선원", &["seafarers"]), ("관리", &["management"]), ("운수", &["transport", "shipping"]), ("운송", &["transport"]), ("수송", &["transport"]), ("해사", &["maritime"]), ("해사감독국", &["maritime administration bureau"]), ("해사감독", &["maritime administration"]), ("항만", &["port"]), ("항", &["port"]), ("항공", &["air", "aviation"]), ("고려항공", &["air koryo"]), ("고려", &["koryo"]), ("철도", &["railway"]), ("륙해운", &["land and maritime transport"]), ("륙해운성", &["ministry of land and maritime transportation"]), ("자동차", &["motor", "automobile"]), ("수산", &["fisheries", "marine products"]), ("수산물", &["marine products", "seafood"]), ("농업", &["agriculture", "agricultural"]), ("림업", &["forestry"]), ("식료", &["foodstuffs"]), ("식품", &["food"]), ("의약", &["pharmaceutical"]), ("제약", &["pharmaceutical"]), ("의료", &["medical"]), ("피복", &["clothing", "garment"]), ("옷", &["garment"]), ("방직", &["textile"]), ("미술", &["art"]), ("창작사", &["art studio"]), ("문화", &["culture"]), ("관광", &["tourism", "travel"]), ("려행사", &["travel company"]), ("정보", &["information"]), ("정찰총국", &["reconnaissance general bureau"]), ("정찰", &["reconnaissance"]), ("군수", &["munitions"]), ("군수공업부", &["munitions industry department"]), ("군사", &["military"]), ("인민군", &["people's army"]), ("인민무력부", &["ministry of people's armed forces"]), ("인민무력성", &["ministry of people's armed forces"]), ("국방", &["defense", "national defense"]), ("국방위원회", &["national defense commission"]), ("국무위원회", &["state affairs commission"]), ("전략군", &["strategic force"]), ("로동당", &["workers' party"]), ("조선로동당", &["workers' party of korea"]), ("로동", &["labor", "workers"]), ("당", &["party"]), ("선전선동부", &["propaganda and agitation department"]), ("조직지도부", &["organization and guidance department"]), ("국가안전보위성", &["ministry of state security"]), ("국가보위성", &["ministry of state security"]), ("인민보안성", &["ministry of people's security"]), ("보안", &["security"]), ("안전", &["security", "safety"]), ("해외", &["overseas"]), ("대외건설", &["external construction"]), ("종합", &["general"]), ("총", &["general"]), ("련합", &["united", "union"]), ("연합", &["united"]), ("합동", &["united"]), ("통일", &["reunification", "unification"]), ("통일발전은행", &["unification development bank"]), ("련합개발은행", &["united development bank"]), ("발전", &["development"]), ("일심", &["ilsim"]), ("제2경제위원회", &["second economic committee"]), ("제2자연과학원", &["second academy of natural sciences"]), ("자연과학원", &["academy of natural sciences"]), ("설비", &["equipment"]), ("부속", &["parts"]), ("생산", &["production"]), ("판매", &["sales"]), ("상점", &["shop"]), ("유통", &["distribution"]), ("물류", &["logistics"]), ("제일", &["first"]), ("제1", &["first"]), ("제2", &["second"]), ("신", &["new"]), ("새", &["new"]), ("호", &[]),
];

#[rustfmt::skip]
const HAN: &[Entry] = &[
    ("有限责任公司", &["limited liability company"]), ("有限責任公司", &["limited liability company"]), ("股份有限公司", &["company limited", "joint stock company"]), ("有限公司", &["company limited", "limited company"]), ("公司", &["company", "corporation"]), ("总公司", &["general corporation", "corporation"]), ("總公司", &["general corporation"]), ("分公司", &["branch"]), ("集团", &["group"]), ("集團", &["group"]), ("控股", &["holdings", "holding"]), ("会社", &["company"]), ("會社", &["company"]), ("株式会社", &["company limited", "corporation"]), ("株式會社", &["company limited"]), ("有限会社", &["limited company"]), ("合同会社", &["limited liability company"]), ("企业", &["enterprise"]), ("企業", &["enterprise"]), ("实业", &["industrial", "industry"]), ("實業", &["industrial"]), ("商行", &["trading company"]), ("商社", &["trading company"]), ("商事", &["trading"]), ("工厂", &["factory"]), ("工廠", &["factory"]), ("厂", &["factory", "plant"]), ("廠", &["factory"]), ("工场", &["factory"]), ("工場", &["factory"]), ("研究所", &["research institute", "institute"]), ("研究院", &["research institute", "academy"]), ("大学", &["university"]), ("大學", &["university"]), ("学院", &["institute", "college"]), ("中心", &["center"]), ("办事处", &["office"]), ("委员会", &["commission", "committee"]), ("委員會", &["commission"]), ("局", &["bureau"]), ("总局", &["general bureau"]), ("總局", &["general bureau"]), ("部", &["department", "ministry"]), ("协会", &["association"]), ("協會", &["association"]), ("协会", &["association"]), ("基金", &["fund"]), ("基金会", &["foundation"]),
    ("贸易", &["trading", "trade"]), ("貿易", &["trading", "trade"]), ("对外贸易", &["foreign trade"]), ("對外貿易", &["foreign trade"]), ("进出口", &["import and export"]), ("進出口", &["import and export"]), ("进出口贸易", &["import and export trading"]), ("银行", &["bank"]), ("銀行", &["bank"]), ("商业", &["commercial"]), ("商業", &["commercial"]), ("金融", &["finance", "financial"]), ("投资", &["investment"]), ("投資", &["investment"]), ("保险", &["insurance"]), ("保險", &["insurance"]), ("海运", &["shipping", "marine"]), ("海運", &["shipping"]), ("航运", &["shipping"]), ("航運", &["shipping"]), ("船务", &["shipping"]), ("船務", &["shipping"]), ("船舶", &["ship", "shipping"]), ("船舶管理", &["ship management"]), ("轮船", &["steamship"]), ("輪船", &["steamship"]), ("海洋", &["ocean", "marine"]), ("远洋", &["ocean"]), ("遠洋", &["ocean"]), ("物流", &["logistics"]), ("货运", &["freight"]), ("货代", &["freight forwarding"]), ("运输", &["transport"]), ("運輸", &["transport"]), ("港口", &["port"]), ("港", &["port"]), ("航空", &["aviation", "airlines"]), ("铁路", &["railway"]), ("国际", &["international"]), ("國際", &["international"]), ("全球", &["global"]), ("环球", &["global", "universal"]), ("世界", &["world"]), ("管理", &["management"]), ("开发", &["development"]), ("開發", &["development"]), ("发展", &["development"]), ("發展", &["development"]), ("矿业", &["mining"]), ("礦業", &["mining"]), ("矿产", &["minerals"]), ("工业", &["industrial", "industry"]), ("工業", &["industrial", "industry"]), ("重工", &["heavy industries"]), ("机械", &["machinery"]), ("機械", &["machinery"]), ("设备", &["equipment"]), ("設備", &["equipment"]), ("电子", &["electronics", "electronic"]), ("電子", &["electronics"]), ("电气", &["electric"]), ("电力", &["power"]), ("科技", &["technology"]), ("技术", &["technology"]), ("技術", &["technology"]), ("化工", &["chemical"]), ("化学", &["chemical"]), ("石油", &["petroleum", "oil"]), ("石化", &["petrochemical"]), ("能源", &["energy"]), ("煤炭", &["coal"]), ("天然气", &["natural gas"]), ("钢铁", &["steel", "iron and steel"]), ("鋼鐵", &["steel"]), ("金属", &["metal"]), ("金屬", &["metal"]), ("建设", &["construction"]), ("建設", &["construction"]), ("建筑", &["construction"]), ("材料", &["materials"]), ("商贸", &["trading", "commerce and trade"]), ("经贸", &["economic and trade", "trading"]), ("经济", &["economic"]), ("經濟", &["economic"]), ("信息", &["information"]), ("网络", &["network"]), ("水产", &["aquatic products", "fisheries"]), ("食品", &["food"]), ("农业", &["agricultural"]), ("医药", &["pharmaceutical"]), ("纺织", &["textile"]), ("服装", &["garment"]), ("文化", &["culture"]), ("旅游", &["tourism", "travel"]), ("服务", &["service"]), ("咨询", &["consulting"]), ("劳务", &["labor"]), ("代理", &["agency"]), ("工程", &["engineering"]), ("军事", &["military"]), ("国防", &["defense"]), ("安全", &["security"]), ("合作", &["cooperation"]), ("合资", &["joint venture"]),
    ("朝鲜", &["korea", "korean"]), ("朝鮮", &["korea", "korean"]), ("韩国", &["korea"]), ("韓國", &["korea"]), ("中国", &["china"]), ("中國", &["china"]), ("中华", &["china", "chinese"]), ("俄罗斯", &["russia"]), ("日本", &["japan"]), ("平壤", &["pyongyang"]), ("香港", &["hong kong"]), ("澳门", &["macau", "macao"]), ("澳門", &["macau"]), ("台湾", &["taiwan"]), ("台灣", &["taiwan"]), ("新加坡", &["singapore"]), ("亚洲", &["asia"]), ("亞洲", &["asia"]), ("亚太", &["asia pacific"]), ("太平洋", &["pacific"]), ("东方", &["oriental"]), ("東方", &["oriental"]), ("高丽", &["koryo"]), ("高麗", &["koryo"]), ("东亚", &["east asia"]), ("海外", &["overseas"]), ("联合", &["united"]), ("聯合", &["united"]), ("第一", &["first"]), ("新", &["new"]),
];

#[rustfmt::skip]
const CYRILLIC: &[Entry] = &[
    ("завод", &["plant", "factory"]), ("фабрика", &["factory"]), ("комбинат", &["combine", "plant"]), ("предприятие", &["enterprise"]), ("унитарное", &["unitary"]), ("государственное", &["state"]), ("государственный", &["state"]), ("государственная", &["state"]), ("федеральное", &["federal"]), ("федеральный", &["federal"]), ("федеральная", &["federal"]), ("общество", &["company", "society"]), ("ограниченной", &["limited"]), ("ответственностью", &["liability"]), ("акционерное", &["joint stock"]), ("публичное", &["public"]), ("открытое", &["open"]), ("закрытое", &["closed"]), ("компания", &["company"]), ("корпорация", &["corporation"]), ("концерн", &["concern"]), ("холдинг", &["holding"]), ("группа", &["group"]), ("объединение", &["association"]), ("производственное", &["production"]), ("научно", &["scientific"]), ("производственный", &["production"]), ("научный", &["scientific"]), ("исследовательский", &["research"]), ("институт", &["institute"]), ("центр", &["center"]), ("бюро", &["bureau"]), ("конструкторское", &["design"]), ("опытно", &["experimental"]), ("лаборатория", &["laboratory"]), ("университет", &["university"]), ("академия", &["academy"]), ("фонд", &["fund", "foundation"]), ("союз", &["union"]), ("ассоциация", &["association"]), ("партия", &["party"]), ("министерство", &["ministry"]), ("служба", &["service"]), ("агентство", &["agency"]), ("управление", &["directorate", "management"]), ("банк", &["bank"]), ("страховая", &["insurance"]), ("инвестиционная", &["investment"]), ("финансовая", &["financial"]), ("торговый", &["trading"]), ("торговая", &["trading"]), ("дом", &["house"]), ("внешнеторговая", &["foreign trade"]), ("судоходная", &["shipping"]), ("судоходство", &["shipping"]), ("пароходство", &["shipping company"]), ("морской", &["maritime", "marine"]), ("морская", &["maritime", "marine"]), ("речной", &["river"]), ("флот", &["fleet"]), ("порт", &["port"]), ("верфь", &["shipyard"]), ("судостроительный", &["shipbuilding"]), ("судоремонтный", &["ship repair"]), ("авиационный", &["aviation", "aircraft"]), ("авиационная", &["aviation"]), ("авиакомпания", &["airline"]), ("железная", &["rail"]), ("нефть", &["oil"]), ("нефтяная", &["oil", "petroleum"]), ("нефтегазовая", &["oil and gas", "petroleum"]), ("нефтепродукт", &["oil product"]), ("газ", &["gas"]), ("газовая", &["gas"]), ("уголь", &["coal"]), ("угольная", &["coal"]), ("металлургический", &["metallurgical"]), ("металл", &["metal"]), ("сталь", &["steel"]), ("химический", &["chemical"]), ("энергия", &["energy"]), ("энергетическая", &["energy"]), ("электронный", &["electronic"]), ("электроника", &["electronics"]), ("механический", &["mechanical"]), ("машиностроительный", &["machine building"]), ("приборостроительный", &["instrument making"]), ("оптический", &["optical"]), ("ракетный", &["missile"]), ("космический", &["space"]), ("вооружение", &["armament"]), ("оружейный", &["arms"]), ("техника", &["equipment", "technology"]), ("технологии", &["technologies"]), ("технология", &["technology"]), ("система", &["system"]), ("системы", &["systems"]), ("связь", &["communications"]), ("строительная", &["construction"]), ("логистика", &["logistics"]), ("транспорт", &["transport"]), ("транспортная", &["transport"]), ("независимая", &["independent"]), ("независимый", &["independent"]), ("международный", &["international"]), ("международная", &["international"]), ("национальный", &["national"]), ("национальная", &["national"]), ("народный", &["people's"]), ("народная", &["people's"]), ("республика", &["republic"]), ("российский", &["russian"]), ("российская", &["russian"]), ("россия", &["russia"]), ("северный", &["northern"]), ("северная", &["northern"]), ("южный", &["southern"]), ("южная", &["southern"]), ("восточный", &["eastern"]), ("восточная", &["eastern"]), ("западный", &["western"]), ("западная", &["western"]), ("дальневосточный", &["far eastern"]), ("дальневосточная", &["far eastern"]), ("центральный", &["central"]), ("центральная", &["central"]), ("первый", &["first"]), ("новый", &["new"]), ("менеджмент", &["management"]), ("подприємство", &["enterprise"]), ("підприємство", &["enterprise"]), ("товариство", &["company"]), ("обмеженою", &["limited"]), ("відповідальністю", &["liability"]), ("акціонерне", &["joint stock"]), ("торговельний", &["trading"]), ("державне", &["state"]), ("судноплавна", &["shipping"]), ("прадпрыемства", &["enterprise"]), ("таварыства", &["company"]), ("предузеће", &["enterprise"]),
];

#[rustfmt::skip]
const ARABIC: &[Entry] = &[
    ("شركه", &["company"]), ("الشركه", &["company"]), ("شركات", &["companies", "group"]), ("شركت", &["company"]), ("موسسه", &["foundation", "establishment", "institution"]), ("الموسسه", &["establishment", "organization"]), ("بنك", &["bank"]), ("البنك", &["bank"]), ("بانك", &["bank"]), ("مصرف", &["bank"]), ("المصرف", &["bank"]), ("تجاره", &["trade", "trading"]), ("التجاره", &["trade", "trading"]), ("تجاريه", &["commercial"]), ("التجاريه", &["trading", "commercial"]), ("التجاري", &["commercial"]), ("للتجاره", &["for trading", "trading"]), ("بازرگاني", &["commercial", "trading"]), ("العامه", &["general"]), ("عامه", &["general"]), ("العام", &["general"]), ("مجموعه", &["group"]), ("گروه", &["group"]), ("القابضه", &["holding"]), ("قابضه", &["holding"]), ("هلدينگ", &["holding"]), ("الدوليه", &["international"]), ("دوليه", &["international"]), ("الدولي", &["international"]), ("بين المللي", &["international"]), ("المحدوده", &["limited"]), ("محدوده", &["limited"]), ("ذات", &["with"]), ("المسووليه", &["liability"]), ("المساهمه", &["joint stock"]), ("النقل", &["transport"]), ("نقل", &["transport"]), ("للنقل", &["transport"]), ("البحري", &["maritime", "marine"]), ("البحريه", &["maritime", "marine", "navy"]), ("بحريه", &["marine"]), ("الملاحه", &["shipping", "navigation"]), ("ملاحه", &["shipping"]), ("كشتيراني", &["shipping lines", "shipping"]), ("الشحن", &["shipping", "freight"]), ("للشحن", &["shipping"]), ("السفن", &["ships"]), ("النفط", &["oil"]), ("نفط", &["oil"]), ("نفت", &["oil", "petroleum"]), ("الغاز", &["gas"]), ("گاز", &["gas"]), ("البترول", &["petroleum"]), ("پتروشيمي", &["petrochemical"]), ("الصناعه", &["industry"]), ("صناعات", &["industries"]), ("الصناعات", &["industries"]), ("صنايع", &["industries"]), ("صنعت", &["industry"]), ("صنعتي", &["industrial"]), ("الصناعيه", &["industrial"]), ("مصنع", &["factory"]), ("كارخانه", &["factory"]), ("الهندسه", &["engineering"]), ("مهندسي", &["engineering"]), ("الاستثمار", &["investment"]), ("للاستثمار", &["investment"]), ("استثمار", &["investment"]), ("سرمايه گذاري", &["investment"]), ("التامين", &["insurance"]), ("بيمه", &["insurance"]), ("الصرافه", &["exchange"]), ("صرافه", &["exchange"]), ("للصرافه", &["exchange"]), ("صرافي", &["exchange"]), ("الحواله", &["hawala"]), ("حواله", &["hawala"]), ("البناء", &["construction"]), ("للمقاولات", &["contracting"]), ("المقاولات", &["contracting"]), ("الانشاءات", &["construction"]), ("ساختماني", &["construction"]), ("جمعيه", &["association", "society"]), ("الجمعيه", &["association"]), ("الخيريه", &["charitable", "charity"]), ("خيريه", &["charity"]), ("بنياد", &["foundation"]), ("منظمه", &["organization"]), ("المنظمه", &["organization"]), ("سازمان", &["organization"]), ("حزب", &["party"]), ("حركه", &["movement"]), ("جبهه", &["front"]), ("جيش", &["army"]), ("كتايب", &["brigades"]), ("كتايب", &["brigades"]), ("لواء", &["brigade"]), ("وزاره", &["ministry"]), ("وزارت", &["ministry"]), ("جامعه", &["university"]), ("دانشگاه", &["university"]), ("مركز", &["center"]), ("معهد", &["institute"]), ("پژوهشگاه", &["research institute"]), ("مكتب", &["office"]), ("دفتر", &["office"]), ("الطيران", &["aviation", "airlines"]), ("للطيران", &["airlines"]), ("هواپيمايي", &["airlines"]), ("خطوط", &["lines"]), ("الجويه", &["air"]), ("الطاقه", &["energy"]), ("انرژي", &["energy"]), ("التكنولوجيا", &["technology"]), ("فناوري", &["technology"]), ("الاتصالات", &["communications", "telecommunications"]), ("الكترونيك", &["electronics"]), ("الحديد", &["iron"]), ("الصلب", &["steel"]), ("فولاد", &["steel"]), ("معادن", &["minerals"]), ("الدفاع", &["defense"]), ("دفاع", &["defense"]), ("سپاه", &["corps"]), ("پاسداران", &["guards"]), ("انقلاب", &["revolution"]), ("الثوره", &["revolution"]), ("الاسلاميه", &["islamic"]), ("اسلامي", &["islamic"]), ("الاسلامي", &["islamic"]), ("العربيه", &["arab", "arabian"]), ("العربي", &["arab"]), ("سوريا", &["syria"]), ("السوريه", &["syrian"]), ("العراق", &["iraq"]), ("ايران", &["iran"]), ("لبنان", &["lebanon"]), ("ليبيا", &["libya"]), ("اليمن", &["yemen"]), ("الشرق", &["east"]), ("الاوسط", &["middle"]), ("الخليج", &["gulf"]), ("خليج", &["gulf"]), ("فارس", &["persian", "fars"]), ("الجديد", &["new"]), ("المتحده", &["united"]), ("الوطني", &["national"]), ("الوطنيه", &["national"]), ("ملي", &["national"]), ("المركزي", &["central"]), ("مركزي", &["central"]), ("الزراعي", &["agricultural"]), ("العقاري", &["real estate"]),
];

#[rustfmt::skip]
const KANA: &[Entry] = &[
    ("グループ", &["group"]), ("ホールディングス", &["holdings"]), ("コーポレーション", &["corporation"]), ("カンパニー", &["company"]), ("トレーディング", &["trading"]), ("シッピング", &["shipping"]), ("マリン", &["marine"]), ("バンク", &["bank"]), ("インターナショナル", &["international"]), ("エンジニアリング", &["engineering"]), ("サービス", &["service", "services"]), ("システム", &["system"]), ("ライン", &["line"]), ("インダストリー", &["industry"]), ("リミテッド", &["limited"]), ("センター", &["center"]), ("マネジメント", &["management"]), ("エネルギー", &["energy"]), ("ロジスティクス", &["logistics"]),
];

static WORDS: LazyLock<HashMap<&'static str, &'static [&'static str]>> =
    LazyLock::new(|| [HANGUL, HAN, CYRILLIC, ARABIC, KANA].into_iter().flatten().copied().collect());

/// The length in characters of the longest word that [`segment`] looks for.
const LONGEST: usize = 14;

/// The English translations of one word of a name, the most used on lists first; empty if it is not in the table. Case and marks do not matter.
///
/// ```
/// assert_eq!(tw_scripts::gloss("무역")[0], "trading");
/// assert_eq!(tw_scripts::gloss("شركة")[0], "company");
/// ```
pub fn gloss(word: &str) -> &'static [&'static str] {
    WORDS.get(crate::fold(word).as_ref()).copied().unwrap_or_default()
}

/// Cuts a text of Hangul or Han without spaces into the longest words of the table and what lies between them, in their order.
///
/// Of two cuts the one that leaves the fewest characters outside the table wins, and then the one with the fewest pieces. Text without any
/// word of the table comes back whole. Spaces part and are left out.
pub fn segment(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        cut(word, &mut out);
    }
    out
}

fn cut<'a>(word: &'a str, out: &mut Vec<&'a str>) {
    let starts: Vec<usize> = word.char_indices().map(|(i, _)| i).chain([word.len()]).collect();
    let n = starts.len() - 1;
    if n > 60 {
        out.push(word);
        return;
    }
    // Cheapest cut from each place to the end: characters outside the table weigh more than pieces.
    let mut best: Vec<(u32, usize, bool)> = vec![(0, n, false); n + 1];
    for i in (0..n).rev() {
        let mut found = (best[i + 1].0 + 100, i + 1, false);
        for j in i + 1..=n.min(i + LONGEST) {
            let piece = &word[starts[i]..starts[j]];
            if WORDS.contains_key(piece) {
                // A single character is a weak word: it costs nearly as much as an unknown one.
                let cost = best[j].0 + if j - i == 1 { 90 } else { 10 };
                if cost < found.0 || (cost == found.0 && j > found.1) {
                    found = (cost, j, true);
                }
            }
        }
        best[i] = found;
    }
    let mut i = 0;
    let mut unknown: Option<usize> = None;
    while i < n {
        let (_, j, known) = best[i];
        // One character of the table between unknown ones belongs to them, unless it ends the name (factory, bureau, mine).
        let weak = j - i == 1 && (unknown.is_some() || i == 0) && j < n;
        if known && !weak {
            if let Some(start) = unknown.take() {
                out.push(&word[starts[start]..starts[i]]);
            }
            out.push(&word[starts[i]..starts[j]]);
        } else if unknown.is_none() {
            unknown = Some(i);
        }
        i = j;
    }
    if let Some(start) = unknown {
        out.push(&word[starts[start]..]);
    }
}

/// The name of an organisation in Hangul or Han in English words, its proper parts spelt in Latin; none if no part is in the table.
///
/// ```
/// assert_eq!(tw_scripts::gloss_text("조선광업개발무역회사").as_deref(), Some("korea mining development trading company"));
/// ```
pub fn gloss_text(text: &str) -> Option<String> {
    let folded = crate::fold(text);
    let mut out = String::new();
    let mut any = false;
    for piece in segment(&folded) {
        if !out.is_empty() {
            out.push(' ');
        }
        if let Some(words) = WORDS.get(piece) {
            out.push_str(words.first().copied().unwrap_or_default());
            any |= piece.chars().nth(1).is_some();
            continue;
        }
        match crate::main_script(piece) {
            Some(crate::Script::Hangul) => {
                let spelt = crate::romanise(piece, crate::System::Dprk, true);
                out.push_str(&spelt.unwrap_or_else(|| any_ascii::any_ascii(piece)));
            }
            Some(crate::Script::Han) => out.push_str(&crate::pinyin(piece, true)),
            _ => out.push_str(piece),
        }
    }
    any.then(|| out.replace('\'', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_organisations_are_cut_into_words() {
        assert_eq!(segment("조선무역은행"), ["조선", "무역은행"]);
        assert_eq!(segment("조선광선은행"), ["조선", "광선", "은행"]);
        assert_eq!(segment("大连海运有限公司"), ["大连", "海运", "有限公司"]);
        assert_eq!(gloss_text("조선련합개발은행").as_deref(), Some("korea united development bank"));
        assert_eq!(gloss_text("정은"), None);
    }

    #[test]
    fn every_word_of_the_tables_is_folded() {
        for (word, _) in [HANGUL, HAN, CYRILLIC, ARABIC, KANA].into_iter().flatten() {
            let folded = crate::fold(word);
            assert!(folded == *word, "{word} is folded to {folded}");
        }
    }
}
