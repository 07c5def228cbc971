// @ts-check
export default `Open chat
Close chat
Chat
Unread messages: {n}
Assistant
software
our team
You
Write a message
Send
Talk to a person
Stop waiting
Sending
Waiting for a connection
Sent
Seen
Not sent
Try again
No connection. What you write is sent once it is back.
The chat is not available right now.
Reading your message
Looking in the help pages
Writing an answer
Checking the answer against its source
{name} is typing
Asking for a person
Waiting for our team
Number {n} in line
about {n} min
Nobody is here right now. You can stay in line.
team online
This conversation is resolved. Write to open it again.
Start a new conversation
You asked for a person
Asking {name} to join
{name} joined
Passing you to {name}
The assistant is back
Nobody could join yet
You are no longer waiting for a person. The assistant carries on
Our team is checking this first
Done
Not done
Conversation resolved
Conversation opened again
This message was removed
Helpful
Not helpful
Read the page
Would you like to talk to a person?
Where can we write to you?
Email
Name
Leave address
Thank you. We will write to {email}.
How was this conversation?
{n} of 5
Thank you for telling us.
New messages
That did not go through. Please try again.
Privacy`;
