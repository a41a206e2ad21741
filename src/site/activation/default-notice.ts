/** The notice an account begins with. It is a start: its administrator puts in its place what holds for the firm. */
import {
  type NoticeLanguage,
  type NoticeText,
  type NoticeTexts,
  noticeLanguages,
} from '../../domain/activation.ts'

const texts: Readonly<Record<NoticeLanguage, NoticeText>> = {
  en: {
    captured:
      '{{account}} keeps records of business messages. The messages you send and receive by the ways named on this page are captured: texts, files, pictures, voice messages, and when calls were made. Conversations by other ways are not captured.',
    seenBy:
      'Messages are sealed when they are captured. Only people of {{account}} who answer for compliance, and authorities where the law lets them, may read them; each time somebody does is recorded.',
    keeping:
      'Records are kept as long as the law and the rules of {{account}} ask for, and are destroyed afterwards.',
    rights:
      'You may ask what is kept of you, have it corrected, and object. You may withdraw your consent at any time: nothing is captured from then on, and what was captured before stays. Ask your administrator.',
    capture: 'I agree that {{account}} captures my business messages as described here.',
    crossBorder:
      'I agree that these records may also be kept and read in other countries in which {{account}} works.',
  },
  es: {
    captured:
      '{{account}} conserva registros de los mensajes de trabajo. Se capturan los mensajes que usted envía y recibe por las vías que se nombran en esta página: textos, archivos, imágenes, mensajes de voz y el momento de las llamadas. No se capturan las conversaciones por otras vías.',
    seenBy:
      'Los mensajes se sellan al capturarlos. Solo pueden leerlos las personas de {{account}} responsables del cumplimiento y las autoridades cuando la ley lo permite; cada lectura queda registrada.',
    keeping:
      'Los registros se conservan mientras lo exijan la ley y las normas de {{account}}, y después se destruyen.',
    rights:
      'Puede preguntar qué se conserva sobre usted, pedir que se corrija y oponerse. Puede retirar su consentimiento en cualquier momento: desde entonces no se captura nada, y lo capturado antes se conserva. Pregunte a su administrador.',
    capture: 'Acepto que {{account}} capture mis mensajes de trabajo como se describe aquí.',
    crossBorder:
      'Acepto que estos registros se conserven y se lean también en otros países en los que trabaja {{account}}.',
  },
  'zh-Hans': {
    captured:
      '{{account}} 保存工作消息的记录。您通过本页所列途径收发的消息会被采集：文字、文件、图片、语音消息以及通话时间。通过其他途径的对话不会被采集。',
    seenBy:
      '消息在采集时即被加密封存。只有 {{account}} 负责合规的人员以及法律允许的主管机关可以阅读；每次阅读都会留下记录。',
    keeping: '记录的保存期限依照法律和 {{account}} 的规定，期满后销毁。',
    rights:
      '您可以询问保存了您的哪些信息，要求更正，也可以提出异议。您可以随时撤回同意：此后不再采集，此前已采集的内容仍会保留。请联系您的管理员。',
    capture: '我同意 {{account}} 按此处所述采集我的工作消息。',
    crossBorder: '我同意这些记录也可以在 {{account}} 开展业务的其他国家或地区保存和阅读。',
  },
  sv: {
    captured:
      '{{account}} bevarar arbetsmeddelanden. De meddelanden som du skickar och tar emot på de sätt som nämns på den här sidan arkiveras: texter, filer, bilder, röstmeddelanden och när samtal har ringts. Konversationer på andra sätt arkiveras inte.',
    seenBy:
      'Meddelandena förseglas när de fångas. Bara personer på {{account}} som ansvarar för regelefterlevnad, och myndigheter när lagen tillåter det, får läsa dem; varje läsning registreras.',
    keeping:
      'Uppgifterna bevaras så länge lagen och reglerna på {{account}} kräver det och förstörs därefter.',
    rights:
      'Du får fråga vad som bevaras om dig, få det rättat och invända. Du kan när som helst återkalla ditt samtycke: från den stunden fångas inget, och det som redan har fångats bevaras. Fråga din administratör.',
    capture: 'Jag samtycker till att {{account}} fångar mina arbetsmeddelanden så som det beskrivs här.',
    crossBorder:
      'Jag samtycker till att uppgifterna även bevaras och läses i andra länder där {{account}} är verksamt.',
  },
  it: {
    captured:
      '{{account}} conserva i messaggi di lavoro. Vengono acquisiti i messaggi che invii e ricevi con i mezzi indicati in questa pagina: testi, file, immagini, messaggi vocali e l’orario delle chiamate. Le conversazioni con altri mezzi non vengono acquisite.',
    seenBy:
      'I messaggi vengono sigillati quando sono acquisiti. Possono leggerli solo le persone di {{account}} responsabili della conformità e le autorità quando la legge lo consente; ogni lettura viene registrata.',
    keeping:
      'Le registrazioni si conservano finché lo richiedono la legge e le regole di {{account}}, poi vengono distrutte.',
    rights:
      'Puoi chiedere che cosa si conserva su di te, farlo correggere e opporti. Puoi revocare il consenso in qualsiasi momento: da allora non si acquisisce più nulla, e quanto acquisito prima resta. Rivolgiti al tuo amministratore.',
    capture: 'Acconsento che {{account}} acquisisca i miei messaggi di lavoro come descritto qui.',
    crossBorder:
      'Acconsento che queste registrazioni siano conservate e lette anche in altri paesi in cui {{account}} opera.',
  },
}

/** The first version of an account's notice, in all languages. */
export function defaultNotice(accountName: string): NoticeTexts {
  return Object.fromEntries(
    noticeLanguages.map((language) => [
      language,
      Object.fromEntries(
        Object.entries(texts[language]).map(([part, text]) => [
          part,
          text.replaceAll('{{account}}', accountName),
        ]),
      ),
    ]),
  ) as NoticeTexts
}
