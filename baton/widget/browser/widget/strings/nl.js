// @ts-check
export default `Chat openen
Chat sluiten
Chat
Ongelezen berichten: {n}
Assistent
software
ons team
U
Schrijf een bericht
Versturen
Met een mens praten
Niet meer wachten
Wordt verstuurd
Wacht op verbinding
Verstuurd
Gezien
Niet verstuurd
Opnieuw proberen
Geen verbinding. Wat u schrijft, wordt verstuurd zodra die er weer is.
De chat is nu niet beschikbaar.
Leest uw bericht
Zoekt in de hulppagina’s
Schrijft een antwoord
Controleert het antwoord bij de bron
{name} is aan het typen
Er wordt iemand geroepen
Wacht op ons team
Nummer {n} in de rij
ongeveer {n} min
Er is nu niemand. U kunt blijven wachten.
team online
Dit gesprek is afgerond. Schrijf om het weer te openen.
Nieuw gesprek beginnen
U vroeg om een mens
{name} wordt erbij gevraagd
{name} is erbij gekomen
U wordt doorverbonden met {name}
De assistent is terug
Er kon nog niemand komen
U wacht niet meer op een mens. De assistent gaat verder
Ons team controleert dit eerst
Gedaan
Niet gedaan
Gesprek afgerond
Gesprek weer geopend
Dit bericht is verwijderd
Nuttig
Niet nuttig
Lees de pagina
Wilt u met een mens praten?
Waar kunnen we u schrijven?
E-mail
Naam
Adres achterlaten
Dank u. We schrijven naar {email}.
Hoe was dit gesprek?
{n} van 5
Dank u voor uw oordeel.
Nieuwe berichten
Dat is niet gelukt. Probeer het opnieuw.
Privacy`;
