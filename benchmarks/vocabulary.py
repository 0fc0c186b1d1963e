"""The small sets that the generated records draw from: bodies, contacts, topics, areas and sentences."""

from typing import NamedTuple


class Body(NamedTuple):
    """A body that meets and decides."""

    slug: str
    name: str
    kind: str
    topics: tuple[str, ...]


BODIES = (
    Body("kommunfullmaktige", "Kommunfullmäktige", "fullmäktige", ("politik", "ekonomi")),
    Body("kommunstyrelsen", "Kommunstyrelsen", "styrelse", ("politik", "ekonomi")),
    Body("byggnadsnamnden", "Byggnadsnämnden", "nämnd", ("bygglov", "planer")),
    Body("barn-och-utbildningsnamnden", "Barn- och utbildningsnämnden", "nämnd", ("forskola", "grundskola")),
    Body("socialnamnden", "Socialnämnden", "nämnd", ("stod", "unga")),
    Body("aldre-och-omsorgsnamnden", "Äldre- och omsorgsnämnden", "nämnd", ("hemtjanst", "boende")),
    Body("kultur-och-fritidsnamnden", "Kultur- och fritidsnämnden", "nämnd", ("idrott", "bibliotek")),
    Body("miljonamnden", "Miljönämnden", "nämnd", ("vatten", "natur")),
    Body("gatunamnden", "Gatunämnden", "nämnd", ("gator", "parkering")),
    Body("valnamnden", "Valnämnden", "nämnd", ("politik", "val")),
    Body("krisledningsnamnden", "Krisledningsnämnden", "nämnd", ("trygghet", "kris")),
    Body("overformyndarnamnden", "Överförmyndarnämnden", "nämnd", ("stod", "insyn")),
)

CONTACTS = {
    "servicecenter": "Servicecenter",
    "kommunkansliet": "Kommunkansliet",
    "bygglovsenheten": "Bygglovsenheten",
    "skolexpeditionen": "Skolexpeditionen",
    "socialkontoret": "Socialkontoret",
    "gatuenheten": "Gatuenheten",
    "miljoenheten": "Miljöenheten",
    "kulturkontoret": "Kulturkontoret",
}

TOPICS = {
    "politik": ("Politik och beslut", ("ekonomi", "val", "insyn")),
    "bygga-bo": ("Bygga och bo", ("bygglov", "planer", "boende")),
    "skola": ("Förskola och skola", ("forskola", "grundskola")),
    "omsorg": ("Omsorg och stöd", ("stod", "unga", "hemtjanst")),
    "fritid": ("Uppleva och göra", ("idrott", "bibliotek")),
    "miljo": ("Miljö och trafik", ("vatten", "natur", "gator", "parkering")),
    "trygghet": ("Trygg och säker", ("kris",)),
}

AREAS = {"norra": "Norra kommundelen", "centrum": "Centrum", "ostra": "Östra kommundelen", "strand": "Strand"}

SUBJECTS = (
    "Ny gång- och cykelväg längs Strandvägen",
    "Detaljplan för kvarteret Äpplet",
    "Upprustning av lekplatsen vid Skogsgläntan",
    "Avgifter i förskola och fritidshem",
    "Plan för trygghet och säkerhet",
    "Ersättning till fristående huvudmän",
    "Vinterväghållning på gång- och cykelvägar",
    "Öppettider på biblioteken",
    "Bidrag till föreningar med barn och unga",
    "Granskning av hemtjänstens kvalitet",
    "Skydd av grundvattnet vid Långsjön",
    "Tillbyggnad av Björkskolan",
    "Delårsbokslut och prognos",
    "Riktlinjer för bostadsanpassning",
    "Belysning i gångtunnlar",
    "Parkering vid pendeltågsstationen",
    "Svar på medborgarförslag om utegym",
    "Översyn av taxa för vatten och avlopp",
    "Beredskap vid långa strömavbrott",
    "Mål och budget för kommande år",
)

QUESTIONS = (
    "Hur ansöker jag om {}?",
    "Vad kostar {}?",
    "Hur lång tid tar {}?",
    "Vem kan få {}?",
    "Var lämnar jag synpunkter på {}?",
    "Hur överklagar jag beslutet om {}?",
)

SERVICES = (
    "bygglov",
    "förskoleplats",
    "hemtjänst",
    "parkeringstillstånd",
    "färdtjänst",
    "skolskjuts",
    "bidrag till förening",
    "uteservering",
    "eget avlopp",
    "trygghetslarm",
    "modersmålsundervisning",
    "grävning i gata",
    "bostadsanpassning",
    "serveringstillstånd",
    "kontaktfamilj",
    "fritidshem",
    "nybyggnadskarta",
    "plats på äldreboende",
)

SENTENCES = (
    "Kommunen har frågat dem som bor i närheten vad de tycker.",
    "Arbetet betalas med pengar ur årets budget.",
    "Förslaget har varit ute på samråd i sex veckor.",
    "Under arbetet kan framkomligheten vara begränsad.",
    "Barnens bästa har prövats enligt barnkonventionen.",
    "Kostnaden ryms inom nämndens ram.",
    "Uppföljningen visar att fler är nöjda än året innan.",
    "Den som berörs får ett brev i god tid.",
    "Nämnden har haft frågan uppe vid två tidigare möten.",
    "Reglerna är de samma i hela kommunen.",
    "Ärendet har remitterats till tre andra nämnder.",
    "Handlingarna finns att läsa i kommunhuset.",
    "En ny rapport lämnas om ett år.",
    "Beslutet börjar gälla vid årsskiftet.",
    "Verksamheten har växt snabbare än planerat.",
    "De flesta svaren kom från familjer med små barn.",
    "Marken ägs av kommunen sedan länge.",
    "Inga andra alternativ har bedömts som rimliga.",
    "Polisen och räddningstjänsten har lämnat råd.",
    "Avgiften räknas upp en gång om året.",
)
