// @ts-check
export default `Chat öffnen
Chat schließen
Chat
Ungelesene Nachrichten: {n}
Assistent
Software
unser Team
Sie
Nachricht schreiben
Senden
Mit einem Menschen sprechen
Nicht mehr warten
Wird gesendet
Wartet auf Verbindung
Gesendet
Gesehen
Nicht gesendet
Erneut versuchen
Keine Verbindung. Was Sie schreiben, wird gesendet, sobald sie wieder da ist.
Der Chat ist gerade nicht verfügbar.
Liest Ihre Nachricht
Sucht in den Hilfeseiten
Schreibt eine Antwort
Prüft die Antwort an ihrer Quelle
{name} schreibt
Ein Mensch wird gerufen
Wartet auf unser Team
Nummer {n} in der Reihe
etwa {n} Min.
Gerade ist niemand da. Sie können weiter warten.
Team online
Dieses Gespräch ist abgeschlossen. Schreiben Sie, um es wieder zu öffnen.
Neues Gespräch beginnen
Sie haben um einen Menschen gebeten
{name} wird dazugebeten
{name} ist jetzt dabei
Weitergabe an {name}
Der Assistent ist wieder da
Noch konnte niemand dazukommen
Sie warten nicht mehr auf einen Menschen. Der Assistent macht weiter
Unser Team prüft das zuerst
Erledigt
Nicht ausgeführt
Gespräch abgeschlossen
Gespräch wieder geöffnet
Diese Nachricht wurde entfernt
Hilfreich
Nicht hilfreich
Seite lesen
Möchten Sie mit einem Menschen sprechen?
Wohin können wir Ihnen schreiben?
E-Mail
Name
Adresse hinterlassen
Danke. Wir schreiben an {email}.
Wie war dieses Gespräch?
{n} von 5
Danke für Ihre Bewertung.
Neue Nachrichten
Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.
Datenschutz`;
