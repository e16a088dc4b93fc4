"""Names of people, streets and residences, and what an offer says of a home."""

FIRST_NAMES = [
    *("Adèle", "Agathe", "Aïcha", "Alban", "Alexis", "Alice", "Anaïs", "Antoine", "Arthur"),
    *("Awa", "Baptiste", "Camille", "Cédric", "Clara", "Clément", "Coralie", "Damien", "Delphine"),
    *("Djamila", "Élodie", "Émile", "Emma", "Enzo", "Eva", "Fatou", "Fanny", "Florent", "Gabriel"),
    *("Grace", "Guillaume", "Hélène", "Ibrahim", "Inès", "Ismaël", "Jade", "Jonas", "Julie"),
    *("Karim", "Kévin", "Laura", "Léa", "Leïla", "Lina", "Louis", "Lucie", "Malik", "Manon"),
    *("Marius", "Mathilde", "Mehdi", "Mélissa", "Moussa", "Myriam", "Nadia", "Nathan", "Noémie"),
    *("Olivier", "Pauline", "Quentin", "Rachid", "Romane", "Sabrina", "Samir", "Sarah", "Simon"),
    *("Sofia", "Tanguy", "Théo", "Thuy", "Valentin", "Victoire", "Yanis", "Yasmine", "Zoé"),
]
LAST_NAMES = [
    *("Abadie", "Aubert", "Bakker", "Barbier", "Baron", "Bernard", "Bertin", "Blanc", "Boyer"),
    *("Brunet", "Carlier", "Caron", "Chevalier", "Clerc", "Colin", "Cordier", "Costa", "Coulibaly"),
    *("Dacosta", "Delorme", "Diallo", "Diop", "Dufour", "Dumont", "Fabre", "Faure", "Ferreira"),
    *("Fontaine", "Garnier", "Gauthier", "Girard", "Gomez", "Grondin", "Guérin", "Hamadi", "Henry"),
    *("Hoarau", "Huet", "Joly", "Keller", "Lacroix", "Lambert", "Leclercq", "Legrand", "Lemaire"),
    *("Lopez", "Mansouri", "Marchand", "Marin", "Masson", "Mercier", "Meunier", "Meyer", "N'Diaye"),
    *("Nguyen", "Noël", "Olivier", "Payet", "Perrin", "Picard", "Poirier", "Renard", "Rivière"),
    *("Robin", "Roche", "Saïdi", "Schmitt", "Tessier", "Traoré", "Vidal", "Weber", "Zidi"),
]
STREETS = [
    *("rue des Acacias", "rue du Port", "avenue de la Gare", "rue Jean-Jaurès", "rue du Moulin"),
    *("allée des Cerisiers", "rue Victor-Hugo", "boulevard de la Liberté", "rue des Écoles"),
    *("place du Marché", "rue Louise-Michel", "rue de la Fontaine", "chemin des Vignes"),
    *("rue Pasteur", "rue Olympe-de-Gouges", "quai des Tanneurs", "rue du Stade", "rue des Lilas"),
    *("avenue Jean-Moulin", "rue Simone-Veil", "rue de la République", "rue des Jardins"),
]
RESIDENCES = [
    *("Les Tilleuls", "Le Belvédère", "Les Peupliers", "Le Clos Fleuri", "Les Terrasses"),
    *("Le Parc", "Les Hirondelles", "Le Grand Pré", "Les Coquelicots", "Les Berges"),
    *("Le Verger", "Les Marronniers", "La Passerelle", "Les Ateliers", "Le Patio", "Les Cimes"),
    *("Les Glycines", "La Manufacture", "Les Érables", "Le Séquoia", "Les Ormes", "La Canopée"),
    *("Les Mésanges", "Le Carré Vert", "Les Oliviers", "Le Lavoir", "Les Magnolias", "Le Quai Sud"),
    *("L'Orangerie", "Les Amandiers", "Le Chemin Bleu", "Les Sorbiers", "La Halle", "Les Roseaux"),
]
OUTSIDE = [
    "un balcon de 6 m²",
    "une loggia",
    "une terrasse plein sud",
    "une cave",
    "une place de stationnement",
    "un local à vélos fermé",
    "un cellier",
]
AROUND = [
    "École primaire et commerces à cinq minutes à pied.",
    "Arrêt de bus devant la résidence, gare à dix minutes.",
    "Parc et aire de jeux au pied de l'immeuble.",
    "Quartier calme, marché deux fois par semaine.",
    "Tramway à trois minutes, centre-ville à un quart d'heure.",
    "Piste cyclable jusqu'au centre, supermarché à 400 mètres.",
]
HEATING = [
    "Chauffage collectif au gaz, compris dans les charges.",
    "Raccordé au réseau de chaleur de la ville, compris dans les charges.",
    "Chauffage électrique individuel, fenêtres changées récemment.",
    "Pompe à chaleur collective, isolation refaite par l'extérieur.",
]
EMPLOYERS = [
    *("Boulangerie du Port", "Transports Ravel", "Clinique des Cèdres", "Menuiserie Aubin"),
    *("Hôtel de la Plage", "Logistique 4 Saisons", "Atelier Mécanique Duval", "Cantine Bio Plus"),
    *("Nettoyage Étincelle", "Imprimerie Castor", "Supermarché Les Halles", "Câbles & Réseaux"),
]
TOO_LARGE = "Le logement est trop grand pour la taille de votre foyer."
UNREACHABLE = "Malgré deux relances, le dossier n'a pas pu être complété avant la date limite."

# Where people live, why they ask for a home, and what they pay a month at least.
SITUATIONS: list[tuple[str, list[str], int | None]] = [
    ("private_tenant", ["too_expensive"], 520),
    ("private_tenant", ["too_small", "family"], 480),
    ("private_tenant", ["notice"], 560),
    ("private_tenant", ["unfit"], 430),
    ("social_tenant", ["too_small"], 340),
    ("social_tenant", ["work"], 360),
    ("hosted", ["no_home"], None),
    ("hosted", ["separation", "no_home"], None),
    ("residence", ["no_home", "work"], 390),
    ("shelter", ["no_home", "leaving_shelter"], None),
]
