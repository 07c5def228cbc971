// @ts-check
export default `Apri la chat
Chiudi la chat
Chat
Messaggi non letti: {n}
Assistente
software
il nostro team
Lei
Scriva un messaggio
Invia
Parlare con una persona
Non aspettare più
Invio in corso
In attesa di connessione
Inviato
Visto
Non inviato
Riprova
Nessuna connessione. Ciò che scrive sarà inviato appena torna.
La chat non è disponibile in questo momento.
Legge il suo messaggio
Cerca nelle pagine di aiuto
Scrive una risposta
Verifica la risposta con la fonte
{name} sta scrivendo
Chiamiamo una persona
In attesa del nostro team
Numero {n} in coda
circa {n} min
Ora non c’è nessuno. Può continuare ad aspettare.
team online
Questa conversazione è conclusa. Scriva per riaprirla.
Nuova conversazione
Ha chiesto una persona
Chiediamo a {name} di unirsi
{name} si è unito alla chat
Passaggio a {name}
L’assistente è tornato
Nessuno ha ancora potuto unirsi
Non aspetta più una persona. L’assistente continua
Il nostro team verifica prima
Fatto
Non eseguito
Conversazione conclusa
Conversazione riaperta
Questo messaggio è stato rimosso
Utile
Non utile
Leggi la pagina
Vuole parlare con una persona?
Dove possiamo scriverle?
E-mail
Nome
Lascia l’indirizzo
Grazie. Scriveremo a {email}.
Com’è andata questa conversazione?
{n} su 5
Grazie per il suo parere.
Nuovi messaggi
Non è riuscito. Riprovi.
Privacy`;
