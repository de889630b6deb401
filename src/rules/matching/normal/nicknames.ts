/** Given names that one person goes by: each line is one person's names, the full one first. A name may stand on several lines. */
const GROUPS = `
abigail abby gail abbie
abraham abe bram
albert al bert bertie albie
alexander alex alec sandy sasha xander lex aleksandr alexandre alejandro alessandro
alexandra alex sandra sandy sasha lexi alexa
alfred al fred alf alfie freddie
alice ali alison allie
amanda mandy
andrew andy drew andreas andre andrei andres
angela angie
ann anne anna annie nancy nan hannah annette anita
anthony tony ant antonio anton antoine
arthur art artie
barbara barb babs barbie
bartholomew bart
beatrice bea trixie
benjamin ben benny benji benjy
bernard bernie barney bernhard bernardo
caroline carol carrie caro karoline carolyn lynn
catherine cathy kate katie kathy kit kitty katherine kathryn katharina cat catalina ekaterina katya karen
charles charlie chuck chas charley carlos carl karl
charlotte lottie charlie lotte
christina chris tina christine kristina kristin kirsten chrissie christy
christopher chris kit topher christoph cristobal kris christian
clifford cliff
constance connie
cynthia cindy
daniel dan danny daniele
david dave davy davey davide
deborah deb debbie debra
dennis denny den denis
dominic dom nick dominique domenico
donald don donny donnie
dorothy dot dottie dolly dora
edmund ed eddie ned ted
edward ed eddie ned ted teddy edouard eduardo eduard eddy
edwin ed eddie
eleanor ellie nell nora nellie elinor ella lenore
elizabeth liz lizzie beth betty bess bessie eliza libby lisa betsy elisabeth elspeth lisbeth isabel lilibet
emily em emma emmy millie
brian bryan
bruce
craig
dean
eric erik erich
ernest ernie ernst
eugene gene eugen
evelyn eve evie
florence flo flossie
frances fran fanny frankie francesca francoise
francis frank frankie francisco francesco francois franz franciscus
franklin frank frankie
frederick fred freddie freddy rick fritz friedrich frederic federico
gabriel gabe gabriella gabrielle gaby
gareth gary gaz
geoffrey geoff jeff jeffrey jeffery
george georgie jorge georg georges giorgio
gerald gerry jerry gerard gerhard
gertrude gertie trudy
gilbert gil bert
gregory greg gregg grigori gregor
harold harry hal
harriet hattie harrie
helen nell nellie ellen elena helena lena helene eleni
henry harry hank hal heinrich henri enrique enrico henrik
herbert herb bert bertie
howard howie
hubert hugh bert
ian iain
ignatius iggy ignacio nacho
isaac ike zac
isabella bella izzy isabel isabelle isobel
jacob jake jakob jack
jacqueline jackie jacqui
james jim jimmy jamie jem jaime diego jacques giacomo
jane janie jenny janet jean jeanne juana
jason jay
jennifer jen jenny jenn
jeremy jerry jem jeremiah
jessica jess jessie
joan joanie jo
johanna jo hanna johana
john jack johnny jon ian johann jean juan ivan jan giovanni hans johannes joao yohan
jonathan jon jonny nathan jonathon john
joseph joe joey jo jose josef giuseppe jozef pepe
josephine jo josie
joshua josh
judith judy judi
julia julie jules juliet giulia
katharine kate kathy katie kay
kenneth ken kenny
laura laurie lori lora
lawrence larry lars laurie laurence lorenzo laurent lorenz
leonard len leo lenny leonardo
leslie les lesley
lewis lou lew louis luis ludwig luigi
lillian lily lil lilian
louise lou lulu luisa
lucas luke luca lukas
lucy lucille lucia lucinda
madeleine maddie madeline maddy magda
magdalena maggie magda lena
margaret maggie meg peggy marge margie greta daisy madge rita peggie margarita marguerite margarete mags maisie
maria marie mary mia miriam maryam
mark marc marcus markus marco marek
marsha marcia
martha marty mattie
martin marty martino
mary molly polly mae may mamie marie maria moll
matilda tilly mattie
matthew matt matty mathew matteo mathias matthias mateo
maurice morris morrie moe mauricio maurizio
maximilian max
melissa mel missy
michael mike mick mickey micky miguel michel mikhail misha michal michele
mildred millie milly
millicent millie milly
mohammed mohamed muhammad mohammad muhammed mohd mhd mehmet mo
nathaniel nat nate nathan
nicholas nick nicky nico klaus nicolas nikolaus nikolai nicola niklas
nicola nicky nicole
oliver ollie olly
oscar oskar
pamela pam pammy
patricia pat patty tricia trish patsy tish
patrick pat paddy rick patricio
paul pauly pablo paolo pavel
paula pauline paulina
penelope penny
peter pete pedro pierre pietro piotr petr
philip phil pip phillip felipe philippe filippo
priscilla cilla prissy
rachel rae raquel
raymond ray raimundo
rebecca becky becca bex
reginald reg reggie
richard dick rick rich richie ricky ricardo riccardo dickie
robert bob bobby rob robbie bert robin roberto bobbie rupert
roderick rod roddy rory
roger rodger hodge
roland rollo rolly rolando
ronald ron ronnie ronny
rosemary rose rosie romy
rudolph rudy rolf rudolf
rufus rufe
russell russ rusty
samantha sam sammy
samuel sam sammy
sandra sandy sandie
sarah sally sadie sara
sebastian seb bastian
sharon shari
sidney sid sydney
silvester sly silvia
sophia sophie sofia sonia sonya zofia
stanley stan
stephanie steph steffi stefanie
stephen steve steven stevie stefan etienne esteban stephan stefano
stuart stu stewart
susan sue susie suzie suzanne susanna susanne suzy sukie suzanna
sylvester sly
sylvia silvia syl
terence terry terrence
theodore ted teddy theo fyodor
theresa terry tess teresa tessa therese tracy
thomas tom tommy tomas tommaso thom
timothy tim timmy timotheus
tobias toby
valentine val
valerie val
veronica ronnie vera nica
victor vic viktor vittorio
victoria vicky vic tori viktoria
vincent vince vinny vin vincenzo vicente
virginia ginny ginger
walter walt wally wat gualtiero
wilfred wilf fred
wilhelmina mina minnie billie
william bill billy will willy liam wilhelm guillaume guillermo willie guglielmo bil
winifred winnie freda
keith
ralph rolf
roger rodger
sean shaun shawn
zachary zach zack zak
yusuf yousef joseph youssef
ibrahim abraham
`

const FULL: string[] = []
const groupsOf = new Map<string, Set<number>>()
for (const [number, line] of GROUPS.trim().split('\n').entries()) {
  const names = line.split(' ')
  FULL.push(...names.slice(0, 1))
  for (const name of names) groupsOf.set(name, (groupsOf.get(name) ?? new Set()).add(number))
}

/** Whether the two (folded) given names can be one person's, as Bill and William are. */
export function areNicknames(left: string, right: string): boolean {
  const [one, other] = [groupsOf.get(left), groupsOf.get(right)]
  return one !== undefined && other !== undefined && !one.isDisjointFrom(other)
}

/** Whether both are names in their own right that are not one person's: Mark and Mary are no slip of the pen. */
export function areTwoNames(left: string, right: string): boolean {
  return groupsOf.has(left) && groupsOf.has(right) && !areNicknames(left, right)
}

/** The full names that a (folded) given name may stand for; itself where none is known. */
export function fullNames(name: string): readonly string[] {
  const groups = groupsOf.get(name)
  return groups === undefined ? [name] : [...groups].flatMap(group => FULL[group] ?? [])
}
