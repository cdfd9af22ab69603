/** The settings of activities. */
import { Setting, SettingsGroup } from '../settings/group.ts';

/** Activities: how long they are kept. */
@SettingsGroup('ActivitySettings', 'Activities: how long they are kept.')
export class ActivitySettings {
  @Setting('int', { default: 365, range: [30, 36_500], description: 'For how many days activities are kept.' })
  retentionDays!: number;
}
