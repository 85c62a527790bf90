"""Prompts written for this test, each with the categories that a reader gives it.

Labels were set from the meaning before the rules were run: where a rule and the label differ, the
label stays and the rule's precision or recall carries the miss.
"""

from typing import Final

LABELLED: Final[tuple[tuple[str, str], ...]] = (
    ("", "Write a short poem about autumn in the city."),
    ("", "Who was the first woman on the moon?"),
    ("", "Tell me something nice about my cat, her name is Minka."),
    ("", "What should I cook tonight with leeks and potatoes?"),
    ("", "Was kann ich an einem Wochenende in Dresden unternehmen?"),
    ("", "Raconte-moi une histoire de fantômes pour les enfants."),
    ("", "Summarise the plot of Hamlet."),
    ("", "Give me three ideas for a birthday present for my grandfather."),
    ("", "My neighbour plays the drums at night. How do I bring it up kindly?"),
    ("", "Translate into Spanish: the shop is closed on Sundays"),
    ("", "When did the Berlin wall fall?"),
    ("", "What is the tallest mountain in South America?"),
    ("", "I saw a python at the zoo. What do they eat?"),
    ("", "How do rust stains come out of a white shirt?"),
    ("", "What is the best way to learn to swim at 40?"),
    ("", "Which trees turn red in autumn?"),
    ("", "Explain the rules of cricket to a child."),
    ("", "Hi there, how are you today?"),
    ("", "What happened in the year 1848 in Europe?"),
    ("", "¿Qué puedo ver en Sevilla en un día?"),
    ("", "Recommend a novel for a long train journey."),
    ("", "The rent is 900 euros and my landlord is rude. What can I say to him?"),
    ("", "Is it normal that my knee clicks when I climb stairs?"),
    ("", "日本の春の祭りについて教えてください。"),
    ("", "Write a toast for the wedding of my sister."),
    ("code", "How do I reverse a list in Python?"),
    ("code", "What does this print?\n```python\nprint([i for i in range(3)])\n```"),
    ("code", "SELECT name FROM users WHERE id = 3 returns two rows, how can that be?"),
    ("code", "Wie sortiere ich ein Array in JavaScript?"),
    ("code", "My docker container exits right after it starts."),
    ("code", "What is the difference between a process and a thread in Linux, in C terms?"),
    ("code", "Write a regex that matches an IPv4 address."),
    ("code", "def area(r):\n    return 3.14 * r * r\n\nIs this right?"),
    ("code", "I get 'undefined is not a function' in my React component."),
    ("code", "Make me a landing page for a bakery with HTML and CSS."),
    ("code", "How do I undo my last git commit without losing the changes?"),
    ("code", "Explique-moi ce code source : for (int i = 0; i < n; i++) { s += i; }"),
    ("code", "Write a function that tells whether a word is a palindrome."),
    ("code", "What is the time complexity of merge sort?"),
    ("code", 'fn main() {\n    println!("hi");\n}\nwhy does it not compile'),
    ("maths", "What is 17 * 23?"),
    ("maths", "Solve x^2 - 5x + 6 = 0."),
    ("maths", "Find the derivative of sin(x) cos(x)."),
    (
        "maths",
        "A train leaves at 9:00 at 80 km/h, another at 10:00 at 120 km/h. "
        "How long until they meet?",
    ),
    ("maths", "Berechne die Fläche eines Kreises mit Radius 4 cm."),
    ("maths", "Show that there are infinitely many prime numbers."),
    ("maths", "What is the probability that two of 23 people share a birthday?"),
    ("maths", "Evaluate \\int_0^1 x^2 dx."),
    ("maths", "I bought 3 kilos of apples at 2.40 each and paid with 10 euros. How much is left?"),
    ("maths", "Combien font 15 % de 240 ?"),
    ("maths", "What is the square root of 1764?"),
    ("maths", "What are the eigenvalues of [[2, 1], [1, 2]]?"),
    ("maths", "If all bloops are razzies and half of 60 razzies are lazzies, how many lazzies?"),
    ("instructions", "Describe the sea in exactly 20 words."),
    ("instructions", "List five rivers. Answer only with a comma-separated list."),
    ("instructions", "Write a paragraph on bees without using the letter e."),
    ("instructions", "Give the capitals of the Nordic countries as JSON."),
    ("instructions", "Fasse die Französische Revolution in höchstens 50 Wörtern zusammen."),
    ("instructions", "Write a haiku about rain. Every line must begin with the letter R."),
    ("instructions", "Explain photosynthesis in three bullet points, no more."),
    ("instructions", "Rewrite this in lower case and do not use commas: HELLO, DEAR FRIEND"),
    ("instructions", "Introduce yourself in two sentences and end with a question."),
    ("instructions", "Write an e-mail to my boss, at most 80 words, in the style of a pirate."),
    ("instructions", "Make a table of the planets with three columns."),
    ("instructions", "Cuenta un cuento en 5 frases, sin usar la palabra gato."),
    ("code instructions", "Write a bash script that renames files. Return only the code."),
    ("code instructions", "Return valid JSON with the keys name and age for this CSS colour: red."),
    ("maths instructions", "What is 12 / 7? Reply with just the number to 3 decimals."),
    (
        "code hard",
        "Our PostgreSQL query takes 40 seconds on a table of 200 million rows although "
        "there is an index on (tenant, created_at). Here is the plan: `Seq Scan on votes`. "
        "1. Explain why the planner does not use the index. 2. Propose two ways to fix it and "
        "compare their cost for writes.",
    ),
    (
        "code instructions hard",
        "Implement an LRU cache in Python with O(1) get and put. "
        "Do not use OrderedDict, include type hints, and explain the time complexity of "
        "each method. "
        "Then give 3 unit tests, among them one for a capacity of 1.",
    ),
    (
        "code hard",
        "Two workers take jobs from the same table and sometimes both run job 17. "
        "```sql\nSELECT id FROM job WHERE state = 'new' LIMIT 1\n``` Why does it happen, "
        "and how would "
        "you change the query and the transaction so that each job runs at most once?",
    ),
    (
        "maths hard",
        "Let f(x) = x^3 - 3x + 1. (a) Prove that f has exactly three real roots. "
        "(b) Show that each root can be written as 2 cos(t) and find t. (c) Explain why the roots "
        "cannot be constructed with ruler and compass.",
    ),
    (
        "maths hard",
        "A factory has two machines. Machine A makes 60 % of the parts with 2 % defects, "
        "machine B 40 % with 5 %. A part is defective. What is the probability that it "
        "came from B? "
        "Then explain how the answer changes when inspection finds only 90 % of the defects.",
    ),
    (
        "instructions hard",
        "You advise a town of 30,000 people that wants to close its centre to "
        "cars. Compare three ways to do it, name the advantages and disadvantages of each "
        "for shops, "
        "residents and buses, and recommend one. Write at most 300 words, use a table for the "
        "comparison, and end with the single largest risk.",
    ),
    (
        "code maths hard",
        "Derive the update rule of logistic regression with L2 penalty and then "
        "implement it in NumPy. What happens to the step when the Hessian is singular? Compare "
        "gradient descent with Newton's method for 10 features and 1 million rows.",
    ),
    (
        "instructions hard",
        'Analyse the argument "more roads always mean more traffic" in 4 '
        "paragraphs. The first must state the strongest form of it, the second and third give "
        "evidence against and for it with dates, and the last decides. Do not use the word "
        "induced, and explain which data would change your mind.",
    ),
    (
        "code hard",
        "Diese Funktion stürzt bei leeren Listen ab:\n```python\ndef mean(xs):\n    "
        "return sum(xs) / len(xs)\n```\n1. Erkläre, warum. 2. Schreibe eine Fassung, die None "
        "zurückgibt. 3. Vergleiche sie mit `statistics.mean` bei 10 Millionen Werten.",
    ),
    (
        "hard",
        "Two colleagues both claim credit for the same project, worth a raise of 8 percent. "
        "One wrote the proposal, the other did the work over 14 months. As their manager, "
        "how would "
        "you decide, what would you tell each of them, and how do you justify it to the "
        "other team? "
        "Consider what would happen if one of them leaves.",
    ),
    (
        "instructions hard",
        "Design a 6-week plan to prepare for a half marathon for a runner with "
        "a weak knee who can train 3 times a week. Format it as a table with one row for "
        "each week, "
        "explain why the load grows as it does, and list 4 signs on which to stop.",
    ),
)
