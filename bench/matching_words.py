"""What people who need help and people who give it say, trade by trade: for `matching_set.py`.

Written by hand, as people talk, beside the vocabulary of the platform and not from it: some words
are in both, many are in one only, and the command says how many. `asks` and `says` are names of the
skill, by who needs it and by who has it; `tasks` and `stories` are what they write around it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    key: str
    asks: tuple[str, ...]
    says: tuple[str, ...]
    tasks: tuple[str, ...]
    stories: tuple[str, ...]


def _trade(key: str, asks: str, says: str, tasks: str, stories: str) -> Trade:
    return Trade(key, *(tuple(text.split("|")) for text in (asks, says, tasks, stories)))


TRADES = (
    _trade(
        "accounts",
        "comptabilité|comptable|tenir la caisse|bilan annuel",
        "expert-comptable|comptabilité|j’ai tenu les livres d’une PME|trésorière d’association",
        "Vérifier nos comptes avant l’assemblée|Mettre de l’ordre dans nos factures",
        "Trente ans de chiffres derrière moi.|Les bilans ne me font pas peur.",
    ),
    _trade(
        "labour_law",
        "droit du travail|conseil prud’homal|licenciement",
        "juriste en droit social|droit du travail|conseillère du salarié",
        "Relire une rupture de contrat|Comprendre une lettre de licenciement",
        "J’ai défendu des salariés pendant dix ans.|Ancienne inspectrice.",
    ),
    _trade(
        "housing_law",
        "droit du logement|litige locatif|bail",
        "droit immobilier|juriste logement|bénévole dans une agence d’information sur le logement",
        "Un bailleur ne rend pas la caution|Une famille menacée d’expulsion",
        "Je connais les baux et la copropriété.|J’accompagne des locataires.",
    ),
    _trade(
        "woodwork",
        "menuiserie|travail du bois|fabriquer des étagères",
        "menuisier|ébéniste|menuiserie|charpente",
        "Construire un banc pour le square|Réparer la porte de la salle",
        "J’ai un atelier et des chutes de chêne.|Le rabot me manque.",
    ),
    _trade(
        "stone",
        "taille de pierre|restauration de murets|maçonnerie à l’ancienne",
        "tailleur de pierre|maçon|pierre sèche",
        "Remonter le mur du lavoir|Un linteau fendu à la chapelle",
        "La pierre sèche, c’est ma passion.|Compagnon à la retraite.",
    ),
    _trade(
        "trees",
        "élagage|taille des arbres|tailler une haie",
        "élagueur|taille des fruitiers|arboriste grimpeur",
        "Les pommiers du verger partagé|Une haie qui déborde sur le trottoir",
        "Je grimpe et je coupe proprement.|Les arbres se taillent en hiver.",
    ),
    _trade(
        "gardening",
        "jardinage|entretien du jardin|main verte",
        "jardinier|jardinage|paysagiste",
        "Désherber la cour de l’école|Planter des massifs place de l’église",
        "La terre me détend.|Mon jardin est trop petit pour moi.",
    ),
    _trade(
        "vegetables",
        "potager|faire pousser des légumes|maraîchage",
        "maraîcher|cultiver des légumes|permaculture",
        "Lancer des carrés de légumes à la cantine|Sauver nos tomates",
        "Ancien maraîcher bio.|Des courges, des blettes, des fèves.",
    ),
    _trade(
        "digital_culture",
        "aide au numérique|médiation numérique|initiation à l’ordinateur",
        "conseiller numérique|initiation à l’informatique|culture numérique",
        "Des aînés perdus sur leur tablette|Remplir une déclaration en ligne avec quelqu’un",
        "Patiente avec les débutants.|La souris, les mots de passe, les sauvegardes.",
    ),
    _trade(
        "website",
        "création de site web|site internet|développeur web",
        "développement web|webmestre|intégratrice HTML",
        "Refaire les pages de notre association|Un formulaire d’adhésion en ligne",
        "Je code depuis le lycée.|Sites légers et accessibles.",
    ),
    _trade(
        "archaeology",
        "fouilles|archéologie|relevé de vestiges",
        "archéologue|fouilles bénévoles|dessin de tessons",
        "Un site gallo-romain sous le parking|Nettoyer le site du castrum",
        "J’ai fouillé chaque été.|Truelle et pinceau.",
    ),
    _trade(
        "table_service",
        "service à table|serveur|tenir la buvette",
        "serveuse|service en salle|barman",
        "Servir le repas des anciens|Le bar du bal de juillet",
        "Dix saisons en salle.|Trois assiettes sur un bras.",
    ),
    _trade(
        "sysadmin",
        "administration de serveur|hébergement web|serveur en panne",
        "administrateur systèmes|serveurs Linux|devops",
        "Notre serveur tombe tous les mardis|Sauvegarder les données de l’association",
        "Je dors près des machines.|Ligne de commande.",
    ),
    _trade(
        "video",
        "montage vidéo|tournage|filmer",
        "vidéaste|montage vidéo|réalisatrice de petits films",
        "Un film de deux minutes sur la rivière|Monter les images de la fête",
        "Caméra, micro, logiciel : tout est prêt.|Clips pour le web.",
    ),
    _trade(
        "furniture",
        "montage de meubles|petits travaux|bricolage",
        "bricoleur|petits travaux|monter des meubles en kit",
        "Des armoires en kit pour le local|Fixer des tableaux et changer une serrure",
        "Toujours une visseuse dans le coffre.|Je dépanne les voisins.",
    ),
    _trade(
        "house_painting",
        "peinture en bâtiment|repeindre un mur|papier peint",
        "peintre en bâtiment|peinture intérieure|enduits",
        "La salle commune a besoin de couleur|Rafraîchir la cage d’escalier",
        "Rouleau, bâche, escabeau.|Blanc sans traces.",
    ),
    _trade(
        "fine_arts",
        "peinture à l’huile|cours de dessin|arts plastiques",
        "artiste peintre|aquarelle|dessin",
        "Un atelier de portraits pour les enfants|Une fresque avec des collégiens",
        "J’expose parfois.|Du fusain à l’huile.",
    ),
    _trade(
        "truck",
        "conduite de camion|transport de matériel|camionnette",
        "chauffeur poids lourd|permis C|j’ai un fourgon",
        "Déplacer les stands du marché|Aller chercher des palettes",
        "Routier trente ans.|Vingt mètres cubes à disposition.",
    ),
    _trade(
        "lifts",
        "conduire des personnes|chauffeur bénévole|emmener chez le médecin",
        "transport solidaire|conductrice|permis B et une voiture",
        "Une voisine a ses soins à l’hôpital|Emmener quatre aînés au théâtre",
        "Ma voiture a cinq places.|Jamais pressé au volant.",
    ),
    _trade(
        "facilitation",
        "conduite de réunion|animation de réunion|facilitation",
        "facilitatrice|animation d’ateliers|intelligence collective",
        "Une réunion publique qui s’annonce houleuse|Préparer un atelier de quartier",
        "Je fais parler ceux qui se taisent.|Post-it et minuteur.",
    ),
    _trade(
        "cooking",
        "cuisine|préparer un repas|cuisinier",
        "cuisinière|chef de cantine|cuisine du monde",
        "Cent couscous pour la fête|Un atelier soupe avec des étudiants",
        "J’ai nourri des colonies.|Casseroles géantes.",
    ),
    _trade(
        "maths",
        "cours de mathématiques|soutien en maths|aide aux devoirs",
        "professeure de maths|mathématiques collège et lycée|soutien scolaire",
        "Une élève de troisième décroche|Préparer le brevet",
        "Les fractions en s’amusant.|Agrégée à la retraite.",
    ),
    _trade(
        "french",
        "cours de français|alphabétisation|français langue étrangère",
        "FLE|enseigner le français|formatrice en alphabétisation",
        "Des arrivants veulent apprendre à lire|Conversation pour une famille",
        "Vingt nationalités dans ma classe.|Des images, des chansons.",
    ),
    _trade(
        "english",
        "anglais|traduction en anglais|interprète anglais",
        "traductrice anglais|anglais courant|English teacher",
        "Accueillir une délégation de Cork|Traduire notre dépliant",
        "Bilingual since childhood.|J’ai vécu à Leeds.",
    ),
    _trade(
        "sign",
        "langue des signes|LSF|interprète pour sourds",
        "LSF|interprète en langue des signes|signante",
        "Une réunion ouverte aux personnes sourdes|Un guide pour une visite signée",
        "Mes parents sont sourds.|Mes mains parlent.",
    ),
    _trade(
        "nursing",
        "soins infirmiers|infirmière|prendre la tension",
        "infirmier|soignante|aide-soignante",
        "Un stand santé au forum|Montrer les gestes à des aidants",
        "Service de nuit, quinze ans.|Vaccins et pansements.",
    ),
    _trade(
        "animals",
        "soins aux animaux|garder un chat|promener des chiens",
        "auxiliaire vétérinaire|pension pour chats|garde d’animaux",
        "Nourrir les chats du port|Le chien d’une dame hospitalisée",
        "Deux chiens, trois poules.|Je sais donner un comprimé à un chat.",
    ),
    _trade(
        "elderly",
        "visite de personnes âgées|aide aux aînés|compagnie",
        "accompagnement de seniors|auxiliaire de vie|visites à domicile",
        "Rompre la solitude rue des Lilas|Lire le journal à voix haute",
        "J’ai le temps et j’écoute.|Parties de belote.",
    ),
    _trade(
        "children",
        "garde d’enfants|baby-sitting|petite enfance",
        "assistante maternelle|BAFA|animatrice petite enfance",
        "Un coin jeux pendant la réunion|Garder six petits un samedi",
        "Comptines et pâte à modeler.|Trois petits-enfants.",
    ),
    _trade(
        "bikes",
        "réparation de vélos|mécanique vélo|vélos",
        "mécanicien cycles|mécano vélo|retaper des bicyclettes",
        "Trente vélos d’enfants à remettre en route|Régler des freins place du marché",
        "Je dévoile les roues à l’œil.|Atelier dans mon garage.",
    ),
    _trade(
        "plumbing",
        "plomberie|plombier|fuite d’eau",
        "plombière|plombier chauffagiste|sanitaires",
        "L’évier du local fuit|Changer un robinet au foyer",
        "Cuivre et soudure.|Les siphons n’ont pas de secret.",
    ),
    _trade(
        "electricity",
        "électricité|électricien|installer des prises",
        "électricienne|installation électrique|mise aux normes",
        "Trois prises mortes dans l’atelier|Éclairer la scène de la fête",
        "Habilitation à jour.|Tableaux et différentiels.",
    ),
    _trade(
        "sewing",
        "couture|retouches|coudre des rideaux",
        "couturière|machine à coudre|costumière",
        "Trente tabliers pour la chorale|Des rideaux pour la crèche",
        "Ma surjeteuse s’ennuie.|Ourlets en une heure.",
    ),
    _trade(
        "posters",
        "affiche|graphisme|mise en page",
        "graphiste|création d’affiches|maquettiste",
        "L’affiche du festival|Un journal de quartier de huit pages",
        "Typographie et couleurs.|J’ai travaillé pour la presse.",
    ),
    _trade(
        "photo",
        "photographe|photos|reportage photo",
        "photographie|portraitiste|prise de vues",
        "Garder des images de la journée|Portraits d’habitants",
        "Deux boîtiers, un bon œil.|Noir et blanc.",
    ),
    _trade(
        "grants",
        "dossier de subvention|recherche de financements|trouver des sous",
        "montage de dossiers européens|fundraising|collecte de fonds",
        "Un appel à projets se ferme en mai|Convaincre une fondation",
        "J’ai levé des fonds pour un hôpital.|Budgets et lettres d’intention.",
    ),
    _trade(
        "society_games",
        "animer des jeux de société|ludothèque|soirée jeux",
        "ludothécaire|jeux de plateau|maître de jeu",
        "Une soirée jeux au café associatif|Des jeux pour tous les âges",
        "Deux cents boîtes chez moi.|J’explique les règles vite.",
    ),
    _trade(
        "company_law",
        "droit des sociétés|statuts de coopérative|créer une SCIC",
        "avocate d’affaires|droit des sociétés|notaire",
        "Choisir la forme de notre épicerie|Relire des statuts",
        "J’ai créé vingt coopératives.|Clauses et parts sociales.",
    ),
    _trade(
        "bees",
        "apiculture|ruches|récolter du miel",
        "apicultrice|rucher école|apiculteur amateur",
        "Deux ruches derrière la mairie|Un essaim dans la cheminée",
        "Voile et enfumoir.|Quinze colonies.",
    ),
    _trade(
        "choir",
        "chef de chœur|faire chanter|chorale",
        "cheffe de chœur|chant choral|professeur de chant",
        "Préparer trois chansons pour la fête|Une chorale d’enfants",
        "Soprano.|J’accompagne au piano.",
    ),
)

# Who has this is also good for that, as anybody would say who needs it.
ALSO = {"gardening": ("vegetables", "trees"), "furniture": ("woodwork",), "english": ()}

# The same needs as somebody writes them who speaks no French: the skill, and the task.
IN_ENGLISH = {
    "accounts": ("bookkeeping", "Check our books before the meeting"),
    "gardening": ("gardening", "Weed the school yard"),
    "woodwork": ("woodwork", "Build a bench for the square"),
    "website": ("web development", "New pages for our club"),
    "plumbing": ("plumber", "The sink of our room leaks"),
    "sewing": ("sewing curtains", "Curtains for the nursery"),
    "bikes": ("bike repair", "Thirty bikes for children"),
    "photo": ("photographer", "Pictures of the day"),
    "cooking": ("cook", "Soup with students"),
    "elderly": ("keeping older people company", "Read the paper to a neighbour"),
    "bees": ("beekeeper", "A swarm in the chimney"),
    "video": ("film editing", "A film of two minutes about the river"),
}
ENGLISH_OPENINGS = ("Hello everybody.", "We are a small club.", "Thank you!")

TOWNS = {  # latitude, longitude, rounded
    "Pau": (43.30, -0.37),
    "Nay": (43.18, -0.26),
    "Oloron": (43.19, -0.61),
    "Tarbes": (43.23, 0.07),
    "Bayonne": (43.49, -1.47),
    "Dax": (43.71, -1.05),
    "Bordeaux": (44.84, -0.58),
    "Toulouse": (43.60, 1.44),
    "Lille": (50.63, 3.06),
    "Lyon": (45.76, 4.84),
}
OPENINGS = (
    "Bonjour à tous.",
    "Nous sommes une petite association.",
    "Nous cherchons quelqu’un de disponible.",
    "Merci d’avance !",
    "C’est pour un samedi de printemps.",
)
AVAILABLE = (
    "Disponible le soir.",
    "Plutôt le week-end.",
    "Je donne volontiers un coup de main.",
    "À la retraite depuis peu.",
    "Étudiante, quelques heures par mois.",
)
