"""First names that are common in the Netherlands, for the one cue ("ik ben ...") after which a capital says too little.

Names that are also ordinary words, places or roles at the start of a sentence are left out.
"""

FIRST_NAMES = frozenset(
    """
    aad aafke aaltje abdel abdelkader abdullah achmed ad ada adam adri adriaan agnes ahmed ahmet aicha aiden ali alice alina amber
    amina amir amira ana andre andrea andrzej angela angelique anita anja anke ankie anna annabel anne anneke annelies annelore
    annemarie annemiek annet annette anniek anouk antoine anton antonia antonio antoon arend arie arjan arjen arno arnold arthur
    astrid aukje ayoub ayse aysel aziz azra babette barbara bart bas bastiaan beatrix ben benjamin bennie benno berend bernadette
    bernard bert bertus betsy bianca bilal birgit bob boris bouchra bram brenda brian brigitte britt bruno burak carla carlijn carlo
    carlos carmen carolien carolina caroline casper catharina cees celine chantal charlotte chris christel christiaan christian
    christien christina claire claudia coen colette conny cora corine cornelia cornelis corrie corry cynthia daan daisy daniel
    danielle danique danny david debbie debora demi dennis desiree dewi diana dick diederik dieter dilan dimitri dina dirk dolf
    dominique donny dorien doris douwe driss dylan eddie eddy edgar edith eduard edwin eefje eelco egbert ela elena eline elisa
    elisabeth elise elke ellen ellie ellis elly els elsa elske emiel emily emine emma emre eric erica erik erika ernst ersin esmee
    esra esther eugenie eva evelien evelyn evert ewa ezra fabian fadoua fatiha fatima fatma feline femke fenna ferdi fieke fien
    fleur floor floortje floris frank franka frans fred freddy frederik freek frits gabriel geert geertje geertruida gerard gerben
    gerda gerrie gerrit gert gertie gertjan gertrud gijs gina gineke giovanni gonnie greet greetje greta guido gulsen guus hakan
    halil hamid hamza hanna hannah hanneke hannes hannie hans hansje harm harma harmen harrie harry hasan hasna hassan hatice heidi
    hein heleen helena helga hella hendrik hendrika henk hennie henny henri henriette herman hermien hester hicham hilda hilde
    hubert hugo huseyin ibrahim ida ikram ilham ilona ilse imane imke ineke inez inge ingeborg ingrid irene irina iris irma isa
    isabel isabella isis ismail ivan ivo ivonne izabela jaap jaco jacob jacobus jacqueline jacques jade jaimy jamal jamila jan jana
    janine janna janneke jannes jannie jantje jasmijn jasper jayden jeanette jeanine jeanne jelle jennifer jeroen jerry jesper jesse
    jessica jet jette jill jim jip joanna job jochem joep joke jolanda jolien jonas jonathan joop joost jorden jordi jordy jorien
    joris jorrit jos jose josephine joshua josje joyce judith julia julian juliette julius jurgen jurre justin kaan karel karen
    karim karima karin karina karlijn kasper katarzyna kees kelly kemal kenneth kerim kevin khalid kim kimberley kirsten klaas
    klaske koen koert koos kristel kristina krzysztof laila lambert lara larissa lars laura lauren laurens leen leendert leila lena
    lenie lennart lenny leo leon leonie lex lia lianne lidia lidwien lieke lies liesbeth liesje lilian lina linda lisa lisanne
    lisette liza lizzy lodewijk loes lotte louis louisa louise luc lucas lucia lucie lucy ludo luka lukas luna luuk lydia maaike
    maarten maartje machteld mahmoud malika manon marc marcel marco margot margreet margriet maria mariam marian marianne marie
    marieke marielle marijke marijn marika marina marinus mario marion mariska marit marja marjan marjolein marjolijn marleen
    marlies marloes marnix martha martijn martin martina martine mathijs mats matthew matthias matthijs maud maureen maurice maurits
    max maxime mehmet melanie melissa melle menno merel merijn merve meryem mia micha michael michel michelle michiel mieke miep
    miguel mikael mike mila milan milou mimoun mina mira miranda mirjam mirthe mohamed mohammed monica moniek monika monique morris
    mounir mourad murat mustafa myrthe nabil nadia nadine najat nancy naomi natalia natalie natasja nathalie neeltje nel nelleke
    nelly nick nicole niek niels nienke nigel nikki nina nino noa noah noel noor noortje nora nordin nour olaf oliver olivia omar
    onno orlando oscar osman otto oumaima patricia patrick paul paula pauline pawel peter petra philip pien pier piet pieter pietje
    pim piotr quincy quinten rabia rachel rachid rafael ralf ralph ramon raoul raymond rebecca reinder reinier remco remi renate
    rene renee renske reza ria riad rianne ricardo richard rick rik rina rinske rita rob robbert robert roberto robin roderick roel
    roeland roelof rogier roland rolf romy ronald ronnie roos roosmarijn rosa rosalie rosanne roxanne ruben rudi rudolf rudy rutger
    ruth ruud saar saartje sabine sabrina sahar said salim salima salma sam samantha samir samira samuel sandra sanne santje sara
    sarah sascha saskia sebastiaan sebastian selma sem serge serkan sevim shirley sief siem sietske sigrid sil silke silvia simon
    simone simran siska sjaak sjaan sjanie sjef sjoerd sjors sofia sofie sonja sophia sophie soufiane stefan stefanie stella stephan
    steven stijn suleyman sultan susan susanne suus suzan suzanne sven sylvana sylvester sylvia tamara tanja tara tarik tessa teun
    teuni teunis thea theo theodoor thera thierry thijs thomas tibor tiffany tijmen tijn tijs tim timo tina tineke titia tjeerd
    tobias tom tomasz ton tonia tonnie tony toon toos tooske trees trijntje trix trudy truus tugba twan tycho umut ursula valentijn
    valerie vanessa vera veronica victor victoria vincent vivian walter wanda ward wendy wesley wessel wiebe wiebke wies wieteke
    wijnand wil wilco wilhelmina willeke willem willemien willemijn william willy wilma wim wout wouter xander yannick yara yasemin
    yasin yasmina yassine yolanda yousef youssef yusuf yvette yvonne zahra ans ab ad akke arianne zakaria zara zehra zeynep zoe
    zohra ozlem agnieszka akwasi alfons amadou aminata anna-maria anouar aslihan asma bart-jan bep bilge bjorn cemal chaima chandra
    clara cor cornelius dagmar danuta daphne derya dilara dimphy dionne driton eleni elif ellemieke emel erwin esra fardowsa farid
    fatoumata faisal farah fouad friedrich gerjan germaine gijsbert gonda gosia gulcan gurpreet habiba hafida hamdi heleen henriet
    herma hidde hiltje houda ilyas imran indra ineke iwona jaswinder jan-willem jeltje jenneke jetze jitske joanne joelle johan
    johanna johannes joao jolien jouke juanita juultje kadir kamila karolina katja kavita khadija kwame laurens leontien levi liam
    lin lionel lonneke lotje loubna maciej magdalena mahmut malgorzata manisha marek marijana mart mathilde mees mekdes mevlut
    miloud mohamad mohammad muhammad murielle nawal nazli neha nicolien nienke nisrine nurten okke oksana olena olga orhan oya
    paulien peet pepijn pieternel pravin priya radha raj rajesh redouan renee ria riet riekje rosita rukiye sabri sadia salome samet
    sander sanjay santosh savannah sena serpil sharda shanti sharon shirin sietse sinan siham sjoukje soraya stanislaw stien sumeyye
    svetlana szymon tatiana teunie thijmen tjitske turgut ufuk umit urszula vasyl veerle vijay wieske willemijntje wojciech yasin
    yildiz yuliia yunus zbigniew zuzanna
    """.split()
)
