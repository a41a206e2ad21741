/** The terms of a connector in each language. A change of the sense is a new version (`terms.ts`). */

export type TermsLanguage = 'en' | 'es' | 'zh-Hans' | 'sv' | 'it'

const en = `# Terms of a connector

1. **You may capture these communications.** The organisation has told the people concerned and holds whatever consent or legal basis its jurisdictions ask for. Holdfast records facts; it does not judge them.
2. **The archiver site captures; the compliance centre keeps.** The connector signs in to the site with the user name and password you give, takes everything the site has captured since the last run, and keeps it in your own storage. The password is stored sealed under the centre's key.
3. **The data leave third parties and come to you.** Messages come from services of third parties (WhatsApp, WeChat, WeCom) and from the archiver site. With your acceptance they are moved to the storage of this installation: your own disks, or the cloud storage account you have named. From then on you decide, and answer for, where they lie, who reads them and how long they stay.
4. **Third-party systems lie outside what this platform claims.** No certificate, attestation or authorisation that your installation or your cloud has (FedRAMP, for example) extends to WhatsApp, WeChat, WeCom or an archiver site that others run. In a government or sovereign cloud, check first that such data may be taken in.
5. **Mapping decides who gets what.** Your mapping file comes first, then (unless you switch it off) the e-mail address of the registered user. What maps to nobody is kept as an import exception, never dropped.
6. **Exports are what users made of them.** A chat export can be altered before it is captured. Holdfast keeps its bytes and marks every message of it as unverified.
7. **Keys are yours to keep.** Without a copy of the key files nobody, the makers of Holdfast included, can read the archive.
`

const es = `# Términos de servicio de un conector

1. **Tiene derecho a capturar estas comunicaciones.** La organización ha informado a las personas afectadas y dispone del consentimiento o de la base jurídica que exijan sus jurisdicciones. Holdfast registra hechos; no los juzga.
2. **El sitio de archivado captura; el centro de cumplimiento conserva.** El conector inicia sesión en el sitio con el nombre de usuario y la contraseña que usted indica, recoge todo lo que el sitio ha capturado desde la última ejecución y lo guarda en su propio almacenamiento. La contraseña se guarda sellada con la clave del centro.
3. **Los datos salen de terceros y llegan a usted.** Los mensajes proceden de servicios de terceros (WhatsApp, WeChat, WeCom) y del sitio de archivado. Al aceptar, se trasladan al almacenamiento de esta instalación: sus propios discos o la cuenta de almacenamiento en la nube que usted haya indicado. Desde ese momento usted decide dónde están, quién los lee y cuánto tiempo se conservan, y responde de ello.
4. **Los sistemas de terceros quedan fuera de lo que esta plataforma afirma.** Ningún certificado, informe o autorización de su instalación o de su nube (por ejemplo, FedRAMP) se extiende a WhatsApp, WeChat, WeCom ni a un sitio de archivado operado por otros. En una nube gubernamental o soberana, compruebe antes que se puedan incorporar tales datos.
5. **La asignación decide quién recibe qué.** Primero cuenta su archivo de asignación y después, salvo que la desactive, la dirección de correo electrónico del usuario registrado. Lo que no corresponde a nadie se conserva como excepción de importación; nunca se descarta.
6. **Las exportaciones son lo que los usuarios han hecho de ellas.** La exportación de un chat puede alterarse antes de capturarla. Holdfast conserva sus bytes y marca cada mensaje como no verificado.
7. **Las claves son responsabilidad suya.** Sin una copia de los archivos de claves nadie, ni siquiera los autores de Holdfast, puede leer el archivo.
`

const zhHans = `# 连接器服务条款

1. **您有权采集这些通信。** 组织已告知相关人员，并具备所在司法管辖区要求的同意或法律依据。Holdfast 只记录事实，不作评判。
2. **归档站点负责采集，合规中心负责保存。** 连接器使用您提供的用户名和密码登录到站点，取走自上次运行以来站点采集的全部内容，并保存到您自己的存储中。密码以合规中心的密钥加密保存。
3. **数据离开第三方，来到您这里。** 消息来自第三方服务（WhatsApp、微信、企业微信）和归档站点。您接受条款后，消息会移至本安装所用的存储：您自己的磁盘，或您指定的云存储帐户。此后，数据存放在何处、由谁阅读、保存多久，均由您决定并由您负责。
4. **第三方系统不在本平台的合规声明范围之内。** 您的安装或您所用的云具有的任何证书、鉴证或授权（例如 FedRAMP）都不适用于 WhatsApp、微信、企业微信，也不适用于由他人运营的归档站点。在政府云或主权云中，请先确认允许引入此类数据。
5. **映射决定谁收到什么。** 首先以您的映射文件为准，其次（除非您将其关闭）以已注册用户的电子邮件地址为准。无法映射到任何人的消息作为导入异常保留，绝不丢弃。
6. **导出文件出自用户之手。** 聊天导出文件在采集之前可能被改动。Holdfast 原样保存其字节，并将其中每条消息标记为未经验证。
7. **密钥由您保管。** 没有密钥文件的副本，任何人（包括 Holdfast 的开发者）都无法读取归档。
`

const sv = `# Användningsvillkor för en koppling

1. **Ni får samla in den här kommunikationen.** Organisationen har informerat de berörda och har det samtycke eller den rättsliga grund som gällande rätt kräver. Holdfast registrerar fakta men bedömer dem inte.
2. **Arkiveringsplatsen samlar in, efterlevnadscentret bevarar.** Kopplingen loggar in på platsen med det användarnamn och lösenord ni anger, hämtar allt som platsen har samlat in sedan den senaste körningen och sparar det i er egen lagring. Lösenordet lagras förseglat med centrets nyckel.
3. **Data lämnar tredje part och kommer till er.** Meddelandena kommer från tjänster hos tredje part (WhatsApp, WeChat, WeCom) och från arkiveringsplatsen. När ni accepterar flyttas de till den lagring som den här installationen använder: era egna diskar eller det molnlagringskonto ni har angett. Därefter bestämmer och ansvarar ni för var de ligger, vem som läser dem och hur länge de finns kvar.
4. **System hos tredje part omfattas inte av plattformens utfästelser.** Inget certifikat, intyg eller godkännande som er installation eller ert moln har (till exempel FedRAMP) gäller för WhatsApp, WeChat, WeCom eller en arkiveringsplats som drivs av andra. Kontrollera först att sådana data får tas in om ni använder ett myndighetsmoln eller ett suveränt moln.
5. **Mappningen avgör vem som får vad.** Er mappningsfil gäller först, därefter (om ni inte stänger av det) den registrerade användarens e-postadress. Det som inte kan mappas till någon bevaras som ett importundantag och kastas aldrig.
6. **Exporter är vad användarna har gjort dem till.** En exporterad chatt kan ändras innan den samlas in. Holdfast bevarar dess byte och märker varje meddelande i den som overifierat.
7. **Nycklarna är ert ansvar.** Utan en kopia av nyckelfilerna kan ingen läsa arkivet, inte heller de som har gjort Holdfast.
`

const it = `# Condizioni di servizio di un connettore

1. **Potete acquisire queste comunicazioni.** L'organizzazione ha informato le persone interessate e dispone del consenso o della base giuridica richiesti dalle giurisdizioni competenti. Holdfast registra i fatti; non li giudica.
2. **Il sito di archiviazione acquisisce, il centro di conformità conserva.** Il connettore accede al sito con il nome utente e la password indicati, preleva tutto ciò che il sito ha acquisito dall'ultima esecuzione e lo conserva nel vostro spazio di archiviazione. La password è conservata sigillata con la chiave del centro.
3. **I dati lasciano terze parti e arrivano a voi.** I messaggi provengono da servizi di terze parti (WhatsApp, WeChat, WeCom) e dal sito di archiviazione. Con l'accettazione vengono trasferiti nello spazio di archiviazione di questa installazione: i vostri dischi oppure l'account di archiviazione cloud indicato. Da quel momento siete voi a decidere, e a risponderne, dove si trovano, chi li legge e per quanto tempo restano.
4. **I sistemi di terze parti non rientrano in ciò che questa piattaforma dichiara.** Nessun certificato, attestazione o autorizzazione della vostra installazione o del vostro cloud (ad esempio FedRAMP) si estende a WhatsApp, WeChat, WeCom o a un sito di archiviazione gestito da altri. In un cloud governativo o sovrano verificate prima che tali dati possano esservi introdotti.
5. **Il mapping decide chi riceve che cosa.** Vale per primo il vostro file di mapping, poi (se non lo disattivate) l'indirizzo di posta elettronica dell'utente registrato. Ciò che non corrisponde a nessuno è conservato come eccezione di importazione e mai scartato.
6. **Le esportazioni sono ciò che gli utenti ne hanno fatto.** L'esportazione di una chat può essere alterata prima dell'acquisizione. Holdfast ne conserva i byte e contrassegna ogni suo messaggio come non verificato.
7. **Le chiavi sono affidate a voi.** Senza una copia dei file delle chiavi nessuno, nemmeno gli autori di Holdfast, può leggere l'archivio.
`

export const termsTexts: Readonly<Record<TermsLanguage, string>> = { en, es, 'zh-Hans': zhHans, sv, it }
