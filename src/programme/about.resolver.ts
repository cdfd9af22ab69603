/** The mutations of what the team tells about the event as a whole: social links, FAQs, copyright. */
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../platform/graphql/context.ts';
import { DeletePayload, deleted, payload } from '../platform/graphql/payload.ts';
import {
  CopyrightPayload,
  CreateCopyrightInput,
  CreateFaqInput,
  CreateSocialLinkInput,
  FaqPayload,
  SocialLinkPayload,
  UpdateCopyrightInput,
  UpdateFaqInput,
  UpdateSocialLinkInput,
} from './about.inputs.ts';
import {
  copyrights,
  createArranged,
  deleteArranged,
  faqs,
  socialLinks,
  updateArranged,
} from './programme.service.ts';

/** Mutations of social links. */
@Resolver()
export class SocialLinkResolver {
  @Mutation(() => SocialLinkPayload)
  createSocialLink(
    @Arg('input', () => CreateSocialLinkInput) input: CreateSocialLinkInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('socialLink', 'SocialLink', (await createArranged(changes, socialLinks, input)).id),
    );
  }

  @Mutation(() => SocialLinkPayload)
  updateSocialLink(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateSocialLinkInput) input: UpdateSocialLinkInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('socialLink', 'SocialLink', (await updateArranged(changes, socialLinks, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteSocialLink(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('SocialLink', (await deleteArranged(changes, socialLinks, id)).id),
    );
  }
}

/** Mutations of FAQs. */
@Resolver()
export class FaqResolver {
  @Mutation(() => FaqPayload)
  createFaq(@Arg('input', () => CreateFaqInput) input: CreateFaqInput, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      payload('faq', 'Faq', (await createArranged(changes, faqs, input)).id),
    );
  }

  @Mutation(() => FaqPayload)
  updateFaq(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateFaqInput) input: UpdateFaqInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('faq', 'Faq', (await updateArranged(changes, faqs, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteFaq(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) => deleted('Faq', (await deleteArranged(changes, faqs, id)).id));
  }
}

/** Mutations of copyrights: an event has one at most. */
@Resolver()
export class CopyrightResolver {
  @Mutation(() => CopyrightPayload)
  createCopyright(
    @Arg('input', () => CreateCopyrightInput) input: CreateCopyrightInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('copyright', 'Copyright', (await createArranged(changes, copyrights, input)).id),
    );
  }

  @Mutation(() => CopyrightPayload)
  updateCopyright(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateCopyrightInput) input: UpdateCopyrightInput,
    @Ctx() { write }: Context,
  ) {
    return write.transaction(async (changes) =>
      payload('copyright', 'Copyright', (await updateArranged(changes, copyrights, id, input)).id),
    );
  }

  @Mutation(() => DeletePayload)
  deleteCopyright(@Arg('id', () => ID) id: string, @Ctx() { write }: Context) {
    return write.transaction(async (changes) =>
      deleted('Copyright', (await deleteArranged(changes, copyrights, id)).id),
    );
  }
}
