/** The read side's name for the rule of `email/`, so that search finds by the class that the e-mails carry. */
export { itemClassOf } from '../email/item-class.ts'
